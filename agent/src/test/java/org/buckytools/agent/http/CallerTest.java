package org.buckytools.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

class CallerTest {
    @Test
    void isOnThisMachineByTheLoopback() {
        assertThat(caller("127.0.1.1", "127.0.1.2").isOnThisMachine()).isTrue();
        assertThat(caller("::1", "::1").isOnThisMachine()).isTrue();
    }

    @Test
    void isOnThisMachineByItsOwnAddress() {
        assertThat(caller("192.0.2.1", "192.0.2.1").isOnThisMachine()).isTrue();
    }

    @Test
    void isElsewhereByAnyOtherAddress() {
        assertThat(caller("192.0.2.1", "192.0.2.2").isOnThisMachine()).isFalse();
        assertThat(Caller.of("gone", null, null).isOnThisMachine()).isFalse();
        assertThat(Caller.of("", UnixDomainSocketAddress.of("a"), UnixDomainSocketAddress.of("b"))
                        .isOnThisMachine())
                .isFalse();
    }

    private static Caller caller(String local, String remote) {
        return Caller.of(remote, new InetSocketAddress(local, 1), new InetSocketAddress(remote, 2));
    }
}
