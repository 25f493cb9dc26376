package org.buckytools.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.buckytools.cli.testing.FakeAgent;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.client.AgentUnreachableException;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.PullItem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TransferEngineTest extends EngineTestBase {
    @Test
    void movesEverythingAndDeletesTheSources() throws Exception {
        store("a", 3000);

        move(group("a", "b"));

        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(cluster.agent("b").metrics()).hasSize(3000);
        assertThat(recorder.failed()).isEmpty();
        assertThat(recorder.of(TransferEvent.Copied.class)).hasSize(3000);
    }

    @Test
    void givesNoNodeMoreThanItsShare() throws Exception {
        workers = 100;
        store("a", 4000);
        CountDownLatch together = new CountDownLatch(2);
        for (String host : List.of("b", "c")) {
            cluster.agent(host).before((call, metric) -> {
                if (call.equals("pull")) {
                    together.countDown();
                    await(together);
                }
            });
        }
        delete = false;

        move(group("a", "b"), group("a", "c"));

        assertThat(cluster.agent("b").mostInFlight())
                .as("the source is for both")
                .isEqualTo(4);
        assertThat(cluster.agent("c").mostInFlight()).isEqualTo(4);
    }

    @Test
    void givesAGroupAllThatItsNodesCanDoIfItIsAlone() throws Exception {
        workers = 100;
        store("a", 4000);

        move(group("a", "b"));

        assertThat(cluster.agent("b").mostInFlight()).isEqualTo(8);
        assertThat(cluster.agent("b").calls().stream().filter("pull"::equals)).hasSize(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void runsNoMoreBatchesAtOnceThanThereAreWorkers() throws Exception {
        workers = 2;
        store("a", 4000);

        move(group("a", "b"));

        assertThat(cluster.agent("b").mostInFlight()).isLessThanOrEqualTo(2);
    }

    @Test
    void letsAllPairsGetOnTogether() throws Exception {
        workers = 4;
        delete = false;
        store("a", 200);
        store("b", 200);
        CountDownLatch together = new CountDownLatch(4);
        for (String host : List.of("a", "b", "c")) {
            cluster.agent(host).before((call, metric) -> {
                if (call.equals("pull")) {
                    together.countDown();
                    await(together);
                }
            });
        }

        move(group("a", "b"), group("a", "c"), group("b", "a"), group("b", "c"));

        assertThat(recorder.failed()).isEmpty();
        assertThat(recorder.of(TransferEvent.Copied.class)).hasSize(800);
    }

    @Test
    void letsAllPairsGetOnInTurn() throws Exception {
        workers = 1;
        delete = false;
        store("a", 2000);
        store("b", 2000);
        for (String host : List.of("a", "b", "c")) {
            cluster.agent(host).beginningWith(500);
        }

        move(group("a", "b"), group("a", "c"), group("b", "a"), group("b", "c"));

        // Of the first half of the copies, each pair has some; one after the other only two would have.
        List<TransferEvent.Copied> early =
                recorder.of(TransferEvent.Copied.class).subList(0, 4000);
        assertThat(early.stream().map(copied -> copied.source() + ">" + copied.destination()))
                .contains("a:4242>b:4242", "a:4242>c:4242", "b:4242>a:4242", "b:4242>c:4242");
    }

    @Test
    void asksAgainForWhatADestinationHadNoTimeToBeginWith() throws Exception {
        store("a", 500);
        cluster.agent("b").beginningWith(40);

        move(group("a", "b"));

        assertThat(recorder.failed()).isEmpty();
        assertThat(recorder.of(TransferEvent.Postponed.class)).isEmpty();
        assertThat(cluster.agent("b").metrics()).hasSize(500);
        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(cluster.agent("b").calls().stream().filter("pull"::equals)).hasSize(13);
    }

    @Test
    void copiesAgainWhatWasWrittenMeanwhileBeforeItIsDeleted() throws Exception {
        store("a", 50);
        AtomicInteger writes = new AtomicInteger();
        cluster.agent("a").before((call, metric) -> {
            if (call.equals("deleteItem") && metric.equals(name(7)) && writes.incrementAndGet() <= 3) {
                cluster.agent("a").write(metric, "late" + writes.get());
            }
        });

        move(group("a", "b"));

        assertThat(cluster.agent("b").points(name(7))).containsExactlyInAnyOrder("p7", "late1", "late2", "late3");
        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(recorder.of(TransferEvent.Copied.class)).hasSize(50);
        assertThat(recorder.of(TransferEvent.CopiedAgain.class)).hasSize(copiesOfThreeWrites());
    }

    /** How often a metric is copied again if it is written at three attempts to delete it. */
    int copiesOfThreeWrites() {
        return 3;
    }

    @Test
    void keepsAndReportsASourceThatNeverStopsChanging() throws Exception {
        store("a", 5);
        AtomicInteger writes = new AtomicInteger();
        cluster.agent("a").before((call, metric) -> {
            if (call.equals("deleteItem") && metric.equals(name(3))) {
                cluster.agent("a").write(metric, "late" + writes.incrementAndGet());
            }
        });

        move(group("a", "b"));

        assertThat(cluster.agent("a").metrics()).containsExactly(name(3));
        assertThat(recorder.failed()).singleElement().satisfies(failed -> {
            assertThat(failed.copied()).isTrue();
            assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.KEEPS_CHANGING);
        });
    }

    @Test
    void doesNotDeleteBeforeAllReplicasHaveTheSameVersion() throws Exception {
        store("a", 20);
        AtomicInteger writes = new AtomicInteger();
        // Written after b has it and before c asks for it.
        cluster.agent("c").before((call, metric) -> {
            if (call.equals("pullItem") && metric.equals(name(4)) && writes.getAndIncrement() == 0) {
                cluster.agent("a").write(metric, "late");
            }
        });

        move(group("a", "b", "c"));

        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(cluster.agent("b").points(name(4))).containsExactlyInAnyOrder("p4", "late");
        assertThat(cluster.agent("c").points(name(4))).containsExactlyInAnyOrder("p4", "late");
    }

    @Test
    void keepsASourceOfWhichPointsWereLeftBehind() throws Exception {
        store("a", 3);
        cluster.agent("b").leavingBehind(name(1), 2);

        move(group("a", "b"));

        assertThat(cluster.agent("a").metrics()).containsExactly(name(1));
        assertThat(recorder.failed()).singleElement().satisfies(failed -> {
            assertThat(failed.copied()).isTrue();
            assertThat(failed.problem().message()).startsWith("the source has 2 points that find no place");
        });
    }

    @Test
    void pullsAgainWhatHadNoVersion() throws Exception {
        store("a", 3);
        cluster.agent("b").withoutVersion(name(2), 2);

        move(group("a", "b"));

        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(cluster.agent("b").calls())
                .filteredOn(call -> call.equals("pullItem " + name(2)))
                .hasSize(3);
    }

    @Test
    void oneMetricThatFailsDoesNotStopTheOthers() throws Exception {
        store("a", 100);
        cluster.agent("b").failing(name(50), ItemFailure.Reason.DESTINATION_UNWRITABLE, "disk full");
        cluster.agent("b").failing(name(51), ItemFailure.Reason.SOURCE_CORRUPT, "no Whisper file");

        move(group("a", "b"));

        assertThat(cluster.agent("a").metrics()).containsExactly(name(50), name(51));
        assertThat(cluster.agent("b").metrics()).hasSize(98);
        assertThat(cluster.agent("b").calls())
                .filteredOn(call -> call.equals("pullItem " + name(50)))
                .hasSize(3);
        assertThat(cluster.agent("b").calls())
                .filteredOn(call -> call.equals("pullItem " + name(51)))
                .hasSize(1);
    }

    @Test
    void goesOnWhereARequestBrokeOff() throws Exception {
        store("a", 200);
        AtomicInteger breaks = new AtomicInteger(5);
        FakeAgent b = cluster.agent("b");
        b.before((call, metric) -> {
            if (call.equals("pullItem") && metric.endsWith("7") && breaks.getAndDecrement() > 0) {
                throw b.unreachable();
            }
        });

        move(group("a", "b"));

        assertThat(recorder.failed()).isEmpty();
        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(b.metrics()).hasSize(200);
    }

    @Test
    void missesNothingWhereOnlyTheEndOfAnAnswerIsMissing() throws Exception {
        store("a", 64);
        FakeAgent b = cluster.agent("b");
        b.beginningWith(32);
        AtomicInteger breaks = new AtomicInteger(2);
        b.before((call, metric) -> {
            if (call.equals("pullEnd") && breaks.getAndDecrement() > 0) {
                throw b.unreachable();
            }
        });

        move(group("a", "b"));

        assertThat(breaks.get()).as("answers broke off").isLessThanOrEqualTo(0);
        assertThat(recorder.failed()).isEmpty();
        assertThat(b.metrics()).hasSize(64);
        assertThat(cluster.agent("a").metrics()).isEmpty();
    }

    @Test
    void asksForManySmallMetricsAtOnceButIsSoonOverWhereEachIsARequest() throws Exception {
        assertThat(movedBeforeItStops("pullItem")).isEqualTo(8192);
        offload = false;
        assertThat(movedBeforeItStops("fill")).isEqualTo(32 + 256);
    }

    /** Stops after what would be a small first batch. */
    private int movedBeforeItStops(String call) throws Exception {
        workers = 1;
        delete = false;
        store("a", 9000);
        FakeAgent b = cluster.agent("b");
        List.copyOf(b.metrics()).forEach(b::forget);
        TransferEngine engine = engine(group("a", "b"));
        AtomicInteger begun = new AtomicInteger();
        b.before((happening, metric) -> {
            if (happening.equals(call) && begun.incrementAndGet() == 33) {
                engine.stop();
            }
        });
        engine.run(new Recorder());
        return b.metrics().size();
    }

    @Test
    void setsANodeAsideAndGoesOnWithTheOthers() throws Exception {
        store("a", 600);
        Plan.Group toB = group("a", "b");
        store("c", 600);
        Plan.Group toA = group("c", "a");
        FakeAgent b = cluster.agent("b");
        long comesBack = 30_000_000_000L;
        b.before((call, metric) -> {
            if (ticker.nanos() < comesBack) {
                throw b.unreachable();
            }
        });

        move(toB, toA);

        assertThat(recorder.failed()).isEmpty();
        assertThat(b.metrics()).hasSize(600);
        assertThat(recorder.notices())
                .contains("b:4242 is set aside for a while: b:4242 does not answer: connection refused");
        assertThat(ticker.nanos()).isGreaterThanOrEqualTo(comesBack);
        assertThat(b.calls().stream().filter(call -> call.equals("pull")).count())
                .as("a node that is set aside is asked now and then only")
                .isLessThan(60);
    }

    @Test
    void givesUpANodeThatStaysDownAndReportsWhatItShouldHaveGot() throws Exception {
        store("a", 500);
        Plan.Group toB = group("a", "b");
        Plan.Group toC = group("a", "c");
        cluster.agent("b").down(true);

        TransferEngine engine = engine(toB, toC);
        delete = false;
        engine.run(recorder);

        assertThat(cluster.agent("c").metrics()).hasSize(500);
        assertThat(recorder.failed()).hasSize(500);
        assertThat(recorder.failed().stream().map(failed -> failed.problem().kind()))
                .containsOnly(Problem.Kind.DESTINATION_UNREACHABLE);
        assertThat(recorder.notices()).anyMatch(notice -> notice.startsWith("b:4242 is given up"));
        assertThat(ticker.nanos()).isLessThan(600_000_000_000L);
    }

    @Test
    void blamesTheSourceWhenDestinationsCannotReachIt() throws Exception {
        store("a", 100);
        Plan.Group group = group("a", "b");
        cluster.agent("a").down(true);

        move(group);

        assertThat(recorder.failed()).hasSize(100);
        assertThat(recorder.failed().stream().map(failed -> failed.problem().kind()))
                .containsOnly(Problem.Kind.SOURCE_UNREACHABLE);
        assertThat(recorder.notices()).anyMatch(notice -> notice.startsWith("a:4242 is given up"));
    }

    @Test
    void findsTheMetricThatBreaksARequest() throws Exception {
        store("a", 64);
        FakeAgent b = cluster.agent("b");
        b.before((call, metric) -> {
            if (call.equals("pullItem") && metric.equals(name(33))) {
                throw new AgentRefusedException(b.address(), 500, "b:4242 answered POST /v2/pull with 500");
            }
        });

        move(group("a", "b"));

        assertThat(recorder.failed())
                .singleElement()
                .satisfies(failed -> assertThat(failed.item().from().value()).isEqualTo(name(33)));
        assertThat(b.metrics()).hasSize(63);
    }

    @Test
    void givesUpAMetricThatBreaksTheConnectionAgainAndAgain() throws Exception {
        store("a", 64);
        FakeAgent b = cluster.agent("b");
        b.before((call, metric) -> {
            if (call.equals("pullItem") && metric.equals(name(33))) {
                throw new AgentUnreachableException(b.address(), "the answer of b:4242 broke off", null);
            }
        });

        move(group("a", "b"));

        assertThat(recorder.failed())
                .singleElement()
                .satisfies(failed -> assertThat(failed.item().from().value()).isEqualTo(name(33)));
        assertThat(b.metrics()).hasSize(63);
    }

    @Test
    void countsADeleteAsDoneIfOnlyItsAnswerWasLost() throws Exception {
        store("a", 10);
        FakeAgent a = cluster.agent("a");
        AtomicInteger breaks = new AtomicInteger(1);
        a.before((call, metric) -> {
            if (call.equals("deleteItem") && metric.equals(name(9)) && breaks.getAndDecrement() > 0) {
                a.forget(name(9));
                throw a.unreachable();
            }
        });

        move(group("a", "b"));

        assertThat(recorder.failed()).isEmpty();
        assertThat(a.metrics()).isEmpty();
    }

    @Test
    void goesThroughThisClientIfADestinationRefusesASource() throws Exception {
        store("a", 40);
        FakeAgent b = cluster.agent("b");
        b.write(name(3), "mine");
        b.before((call, metric) -> {
            if (call.equals("pull")) {
                throw new AgentRefusedException(
                        b.address(), 403, "b:4242 does not fetch from a:4242, see --allow-source");
            }
        });

        move(group("a", "b"));

        assertThat(recorder.failed()).isEmpty();
        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(b.points(name(3))).containsExactlyInAnyOrder("mine", "p3");
        assertThat(recorder.notices())
                .containsExactly("b:4242 does not fetch from a:4242, see --allow-source; these metrics go through this"
                        + " client instead");
    }

    @Test
    void goesThroughThisClientIfOffloadIsTurnedOff() throws Exception {
        offload = false;
        store("a", 10);

        move(group("a", "b"));

        assertThat(cluster.agent("b").metrics()).hasSize(10);
        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(cluster.agent("b").calls()).doesNotContain("pull");
    }

    @Test
    void stopsStartingAndFinishesWhatIsInFlight() throws Exception {
        workers = 3;
        store("a", 5000);
        cluster.agent("b").beginningWith(1000);
        TransferEngine engine = engine(group("a", "b"));
        cluster.agent("b").before((call, metric) -> {
            if (metric.equals(name(40))) {
                engine.stop();
            }
        });

        long left = engine.run(recorder);

        assertThat(left).isPositive();
        assertThat(recorder.ends()).hasSize(5000 - (int) left);
        assertThat(cluster.agent("a").metrics()).hasSize((int) left);
        assertThat(cluster.agent("b").metrics()).hasSize(5000 - (int) left);
    }

    @Test
    void endsWhenItsListenerFails() {
        store("a", 5000);
        TransferEngine engine = engine(group("a", "b"));
        TransferListener full = new TransferListener() {
            @Override
            public void on(TransferEvent event) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void pause() {}
        };

        assertThatThrownBy(() -> engine.run(full)).isInstanceOf(IOException.class);

        // What was begun was finished: nothing is half done.
        assertThat(cluster.agent("a").metrics().size()
                        + cluster.agent("b").metrics().size())
                .isEqualTo(5000);
    }

    @Test
    void movesAtTheSpeedThatIsAllowed() throws Exception {
        workers = 8;
        store("a", 300);
        throttle = new HealthThrottle(
                new HealthSettings(Duration.ofSeconds(10), "http", 8080, 0.75, 10, Duration.ZERO, false),
                new Random(1));

        move(group("a", "b"));

        assertThat(ticker.nanos() / 1e9).isBetween(29.0, 31.0);
    }

    @Test
    void doesNothingWithAnEmptyPlan() throws Exception {
        assertThat(engine().run(recorder)).isZero();
        assertThat(recorder.events).isEmpty();
    }

    @Test
    void beginsAStageWhenAllBeforeItHaveEnded() throws Exception {
        workers = 8;
        store("a", 40);
        store("c", 40);
        Plan.Group first = group("a", "b");
        Plan.Group later = group("c", "b");
        List<String> order = new CopyOnWriteArrayList<>();
        cluster.agent("b").before((call, metric) -> {
            if (call.equals("pullItem")) {
                order.add(metric);
            }
        });

        move(
                new Plan.Group(later.source(), later.destinations(), renamed("from.c."), true, 2),
                new Plan.Group(first.source(), first.destinations(), renamed("from.a."), true, 1));

        assertThat(order).hasSize(80);
        assertThat(order.subList(0, 40)).allMatch(metric -> metric.startsWith("from.a."));
        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(cluster.agent("c").metrics()).isEmpty();
    }

    private static Plan.Items renamed(String prefix) {
        List<PullItem> items = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            items.add(new PullItem(new MetricName(name(i)), new MetricName(prefix + name(i))));
        }
        return Plan.Items.of(items);
    }
}
