package org.buckytools.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DaemonAddressTest {
    @ParameterizedTest
    @CsvSource({
        "graphite010-g5,      graphite010-g5, 4242",
        "graphite010-g5:4300, graphite010-g5, 4300",
        "graphite010-g5:,     graphite010-g5, 4242",
        "127.0.0.1:80,        127.0.0.1,      80",
        "[::1],               ::1,            4242",
        "[fe80::1%eth0]:80,   fe80::1%eth0,   80"
    })
    void isReadAsPeopleWriteIt(String text, String host, int port) {
        DaemonAddress address = DaemonAddress.parse(text, DaemonAddress.DEFAULT_PORT);

        assertThat(address).isEqualTo(new DaemonAddress(host, port));
        assertThat(DaemonAddress.parse(address.toString(), 1)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":80", "::1", "[::1", "[::1]80", "a:b", "a:0", "a:65536", "a:-1"})
    void isRefusedWithTheReason(String text) {
        assertThatThrownBy(() -> DaemonAddress.parse(text, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageFindingMatch("address|port");
    }

    @Test
    void addressesOfTheSameHostAndPortAreTheSame() {
        DaemonAddress address = new DaemonAddress("a", 1);
        Set<DaemonAddress> all = new HashSet<>(List.of(address, new DaemonAddress("a", 2), new DaemonAddress("b", 1)));

        assertThat(all).hasSize(3).contains(new DaemonAddress("a", 1));
        assertThat(address).isNotEqualTo(null).isNotEqualTo("a:1");
        assertThat(all.stream().sorted().toList())
                .containsExactly(address, new DaemonAddress("a", 2), new DaemonAddress("b", 1));
    }
}
