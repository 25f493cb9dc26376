package org.buckytools.agent.pull;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.buckytools.protocol.DaemonAddress;
import org.junit.jupiter.api.Test;

class SourcePolicyTest {
    private final SourcePolicy policy =
            new SourcePolicy(List.of("graphite1", "::1"), 4242, List.of(new DaemonAddress("backup", 4343)));

    @Test
    void allowsMembersOfTheRingOnTheDaemonsOwnPort() {
        assertAllowed("graphite1", 4242);
        assertAllowed("GRAPHITE1", 4242);
        assertAllowed("::1", 4242);
    }

    @Test
    void allowsWhatTheOperatorNamed() {
        assertAllowed("backup", 4343);
    }

    @Test
    void refusesEverythingElseAndNamesTheFlag() {
        for (DaemonAddress source : List.of(
                new DaemonAddress("graphite1", 80),
                new DaemonAddress("backup", 4242),
                new DaemonAddress("localhost", 4242),
                new DaemonAddress("graphite1.", 4242),
                new DaemonAddress("169.254.169.254", 4242))) {
            assertThatThrownBy(() -> policy.check(source))
                    .isInstanceOf(SourceRefusedException.class)
                    .hasMessage("this daemon does not fetch from " + source
                            + ": it is no member of the ring on port 4242; start buckyd with --allow-source " + source
                            + " to allow it");
        }
    }

    private void assertAllowed(String host, int port) {
        assertThatCode(() -> policy.check(new DaemonAddress(host, port))).doesNotThrowAnyException();
    }
}
