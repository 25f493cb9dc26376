package org.buckytools.hashring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** On a machine without the peers their tests must be skipped, and say so. */
class PeersTest {
    @Test
    void aMissingProgramIsNoError() throws InterruptedException {
        assertThat(Peers.runs("no-such-program-anywhere")).isFalse();
    }

    @Test
    void aMissingPeerSkipsTheTestOrFailsItWherePeersAreRequired() {
        assertThatThrownBy(() -> Peers.require(false, "carbon"))
                .isInstanceOf(
                        Boolean.getBoolean("buckytools.peers.required")
                                ? AssertionFailedError.class
                                : TestAbortedException.class)
                .hasMessageContaining("not compared with carbon, which is not installed here");
    }
}
