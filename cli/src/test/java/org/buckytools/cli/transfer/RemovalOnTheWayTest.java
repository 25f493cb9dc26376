package org.buckytools.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.buckytools.cli.testing.FakeAgent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All that holds where the client deletes holds where destinations do, too; and some more. */
class RemovalOnTheWayTest extends TransferEngineTest {
    @BeforeEach
    void removeOnTheWay() {
        List.of("a", "b", "c").forEach(host -> cluster.agent(host).removing());
    }

    /** A round has two attempts: the destination's, and the client's after that. */
    @Override
    int copiesOfThreeWrites() {
        return 2;
    }

    @Test
    void asksForNoDeleteOfWhatIsRemovedOnTheWay() throws Exception {
        store("a", 300);
        AtomicInteger removed = new AtomicInteger();
        AtomicInteger deletes = new AtomicInteger();
        cluster.agent("b").before((call, metric) -> removed.addAndGet(call.equals("pullItemRemoved") ? 1 : 0));
        cluster.agent("a").before((call, metric) -> deletes.addAndGet(call.equals("deleteItem") ? 1 : 0));

        move(group("a", "b"));

        assertThat(removed).hasValue(300);
        assertThat(deletes).hasValue(300);
        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(recorder.of(TransferEvent.Done.class)).hasSize(300).allMatch(TransferEvent.Done::deleted);
    }

    @Test
    void leavesTheDeleteToTheClientWhereThereAreReplicas() throws Exception {
        store("a", 20);
        AtomicInteger removed = new AtomicInteger();
        for (String host : List.of("b", "c")) {
            cluster.agent(host).before((call, metric) -> removed.addAndGet(call.equals("pullItemRemoved") ? 1 : 0));
        }

        move(group("a", "b", "c"));

        assertThat(removed).hasValue(0);
        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(cluster.agent("c").metrics()).hasSize(20);
    }

    @Test
    void removesNothingThatIsNotToBeDeleted() throws Exception {
        delete = false;
        store("a", 20);

        move(group("a", "b"));

        assertThat(cluster.agent("a").metrics()).hasSize(20);
        assertThat(recorder.of(TransferEvent.Done.class)).hasSize(20).noneMatch(TransferEvent.Done::deleted);
    }

    @Test
    void takesWhatArrivedInAPullWhoseAnswerWasLostForMoved() throws Exception {
        store("a", 10);
        FakeAgent b = cluster.agent("b");
        AtomicInteger breaks = new AtomicInteger(1);
        b.before((call, metric) -> {
            if (call.equals("pullItemRemoved") && metric.equals(name(4)) && breaks.getAndDecrement() > 0) {
                throw b.unreachable();
            }
        });

        move(group("a", "b"));

        assertThat(breaks.get()).as("the pull was repeated").isLessThanOrEqualTo(0);
        assertThat(recorder.failed()).isEmpty();
        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(b.metrics()).hasSize(10);
        assertThat(recorder.of(TransferEvent.Copied.class)).hasSize(10);
        assertThat(recorder.of(TransferEvent.Done.class)).hasSize(10).allMatch(TransferEvent.Done::deleted);
    }

    @Test
    void reportsWhatIsGoneAtItsSourceAndNowhereElse() throws Exception {
        store("a", 3);
        Plan.Group all = group("a", "b");
        cluster.agent("a").forget(name(1));

        move(all);

        assertThat(recorder.failed()).singleElement().satisfies(failed -> {
            assertThat(failed.item().from().value()).isEqualTo(name(1));
            assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.NOT_FOUND);
        });
    }

    @Test
    void asksAgainForWhatCouldNotBeLookedForAtTheDestination() throws Exception {
        store("a", 3);
        Plan.Group all = group("a", "b");
        cluster.agent("a").forget(name(1));
        FakeAgent b = cluster.agent("b");
        AtomicInteger breaks = new AtomicInteger(1);
        b.before((call, metric) -> {
            if (call.equals("statMany") && breaks.getAndDecrement() > 0) {
                throw b.unreachable();
            }
        });

        move(all);

        assertThat(breaks.get()).as("it was asked again").isLessThan(0);
        assertThat(recorder.failed())
                .singleElement()
                .satisfies(failed -> assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.NOT_FOUND));
    }
}
