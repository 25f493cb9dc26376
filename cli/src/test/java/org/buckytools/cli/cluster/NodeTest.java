package org.buckytools.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.client.AgentUnreachableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeTest {
    private static final DaemonAddress ADDRESS = new DaemonAddress("a", 1);

    @ParameterizedTest
    @CsvSource({"1, 4", "2, 4", "3, 6", "4, 8", "64, 8", "2147483647, 8"})
    void getsTransfersForItsProcessors(int processors, int transfers) {
        assertThat(up(OptionalInt.of(processors)).transfersAtOnce()).isEqualTo(transfers);
    }

    @Test
    void getsAsManyAsAnyIfItDoesNotTell() {
        NodeState down = new NodeState.Down(new AgentUnreachableException(ADDRESS, "it is down", null));

        assertThat(up(OptionalInt.empty()).transfersAtOnce()).isEqualTo(8);
        assertThat(new Node("a", ADDRESS, null, down).transfersAtOnce()).isEqualTo(8);
    }

    private static Node up(OptionalInt processors) {
        return new Node(
                "a",
                ADDRESS,
                null,
                new NodeState.Agrees(new RingDescription(
                        "a",
                        List.of(),
                        "carbon",
                        1,
                        Optional.empty(),
                        Optional.empty(),
                        2,
                        Optional.empty(),
                        processors)));
    }
}
