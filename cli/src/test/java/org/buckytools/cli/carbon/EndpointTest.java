package org.buckytools.cli.carbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @Test
    void readsWhereToConnectTo() {
        assertThat(Endpoint.parseRemote("relay:2003")).isEqualTo(new Endpoint("relay", 2003));
        assertThat(Endpoint.parseRemote("[::1]:2003"))
                .isEqualTo(new Endpoint("::1", 2003))
                .hasToString("[::1]:2003");
    }

    @Test
    void readsWhereToListen() throws Exception {
        assertThat(Endpoint.parseLocal(":2004"))
                .isEqualTo(new Endpoint("", 2004))
                .hasToString(":2004");
        assertThat(Endpoint.parseLocal(":2004").toLocalAddress().getAddress().isAnyLocalAddress())
                .isTrue();
        assertThat(Endpoint.parseLocal("127.0.0.1:0")
                        .toLocalAddress()
                        .getAddress()
                        .isLoopbackAddress())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "relay",
                "relay:",
                ":2003",
                "relay:0",
                "relay:65536",
                "relay:x",
                "relay:-1",
                "::1:2003",
                "relay:2003 "
            })
    void refusesWhatCannotBeConnectedTo(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parseRemote(text));
    }
}
