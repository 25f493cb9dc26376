package org.buckytools.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.buckytools.cli.archive.NodeTurnsTest.node;

import java.util.ArrayList;
import java.util.List;
import org.buckytools.cli.cluster.Node;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private static final long TOTAL = 64 << 20;
    private static final int MB = 1 << 20;

    private final Node busy = node("busy");
    private final Node rare = node("rare");
    private final Memory memory = new Memory(TOTAL);
    private final List<String> sent = new ArrayList<>();
    private final Batches<Integer> batches =
            new Batches<>(memory, (node, items) -> sent.add(node.host() + " " + items.size()));

    /** What is reserved is given back at once, as if it had been written. */
    private void add(Node node, int bytes) throws InterruptedException {
        memory.reserve(bytes, () -> {}).close();
        batches.add(node, 1, bytes);
    }

    @Test
    void aRequestGoesWhenItIsLargeEnough() throws Exception {
        for (int i = 0; i < 7; i++) {
            add(busy, MB);
        }
        assertThat(sent).isEmpty();
        add(busy, MB);
        assertThat(sent).containsExactly("busy 8");
    }

    @Test
    void aRequestGoesWhenItHasManyItems() throws Exception {
        for (int i = 0; i < 300; i++) {
            add(busy, 1000);
        }
        assertThat(sent).containsExactly("busy 256");
        batches.flush();
        assertThat(sent).containsExactly("busy 256", "busy 44");
        batches.flush();
        assertThat(sent).hasSize(2);
    }

    @Test
    void aRequestThatGrowsSlowlyGoesWhenHalfOfTheMemoryWasReservedSince() throws Exception {
        add(rare, MB);
        for (int i = 0; i < 31; i++) {
            add(busy, MB);
        }
        assertThat(sent).containsExactly("busy 8", "busy 8", "busy 8");
        add(busy, MB);
        assertThat(sent).containsExactly("busy 8", "busy 8", "busy 8", "busy 8", "rare 1");
    }

    @Test
    void aRequestThatGrowsSlowlyGoesWhenThousandsOfOthersWereAddedSince() throws Exception {
        add(rare, 1);
        for (int i = 1; i < Batches.PATIENCE_ITEMS - 1; i++) {
            batches.goOn();
        }
        assertThat(sent).isEmpty();
        batches.goOn();
        assertThat(sent).containsExactly("rare 1");
    }

    @Test
    void memoryIsNeverFullOfWhatWaitsHere() throws Exception {
        for (int i = 0; i < 4; i++) {
            // The largest that lie in memory, each for another node: none of them fills a request.
            memory.reserve(memory.largestFile(), () -> {});
            batches.add(node("node" + i), 1, 1);
        }
        assertThat(sent).isNotEmpty();
    }
}
