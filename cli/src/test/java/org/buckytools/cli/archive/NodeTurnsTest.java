package org.buckytools.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.cluster.NodeState;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.client.AgentUnreachableException;
import org.junit.jupiter.api.Test;

class NodeTurnsTest {
    private final Node a = node("a");
    private final Node b = node("b");
    private final AtomicInteger dropped = new AtomicInteger();

    /** One that is only a name. */
    static Node node(String host) {
        DaemonAddress address = new DaemonAddress(host, 1);
        return new Node(
                host, address, null, new NodeState.Down(new AgentUnreachableException(address, "it is down", null)));
    }

    private NodeTurns.Request request(Runnable work) {
        return new NodeTurns.Request() {
            @Override
            public void run() {
                work.run();
            }

            @Override
            public void dropped() {
                dropped.incrementAndGet();
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void runsNoMoreThanItMayAtOnceAndAllInTheEnd() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(200);
        try (NodeTurns turns = new NodeTurns(List.of(a, b), 3, "test")) {
            for (int i = 0; i < 200; i++) {
                turns.add(i % 2 == 0 ? a : b, request(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    running.decrementAndGet();
                    all.countDown();
                }));
            }
            await(all);
        }
        assertThat(most.get()).isBetween(1, 3);
        assertThat(dropped).hasValue(0);
    }

    @Test
    void aNodeThatIsStuckDoesNotHoldUpTheOthers() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(20);
        try (NodeTurns turns = new NodeTurns(List.of(a, b), 4, "test")) {
            for (int i = 0; i < 20; i++) {
                turns.add(a, request(() -> await(release)));
            }
            for (int i = 0; i < 20; i++) {
                turns.add(b, request(others::countDown));
            }
            await(others);
            release.countDown();
        }
    }

    @Test
    void whoComesFirstIsServedFirst() throws InterruptedException {
        LinkedBlockingQueue<Integer> order = new LinkedBlockingQueue<>();
        CountDownLatch begin = new CountDownLatch(1);
        try (NodeTurns turns = new NodeTurns(List.of(a, b), 1, "test")) {
            turns.add(a, request(() -> await(begin)));
            for (int i = 0; i < 10; i++) {
                int number = i;
                turns.add(i % 3 == 0 ? a : b, request(() -> order.add(number)));
            }
            begin.countDown();
            List<Integer> seen = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                seen.add(order.poll(20, TimeUnit.SECONDS));
            }
            assertThat(seen).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        }
    }

    @Test
    void dropsWhatHasNotBegunWhenItIsClosed() {
        CountDownLatch begun = new CountDownLatch(1);
        NodeTurns turns = new NodeTurns(List.of(a), 1, "test");
        turns.add(a, request(() -> {
            begun.countDown();
            await(new CountDownLatch(1));
        }));
        await(begun);
        turns.add(a, request(() -> {}));
        turns.close();
        turns.add(a, request(() -> {}));
        assertThat(dropped).hasValue(2);
    }
}
