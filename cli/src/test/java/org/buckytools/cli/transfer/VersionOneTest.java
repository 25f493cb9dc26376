package org.buckytools.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.buckytools.cli.testing.FakeAgent;
import org.buckytools.protocol.client.AgentRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Moves from and to daemons of the Go tools. */
@Timeout(60)
class VersionOneTest extends EngineTestBase {
    private FakeAgent makeGo(String host) {
        FakeAgent old = cluster.agent(host);
        FakeAgent go = cluster.add(host, cluster.goDescription(host));
        old.metrics().forEach(metric -> go.write(metric, old.points(metric).toArray(String[]::new)));
        cluster.pass(3600);
        return go;
    }

    @Test
    void letsADestinationPullFromAGoDaemonAndLooksTwiceBeforeItDeletes() throws Exception {
        store("a", 20);
        FakeAgent a = makeGo("a");

        move(group("a", "b"));

        assertThat(a.metrics()).isEmpty();
        assertThat(cluster.agent("b").metrics()).hasSize(20);
        assertThat(a.calls()).filteredOn(call -> call.equals("stat " + name(5))).hasSize(2);
        assertThat(cluster.agent("b").calls()).contains("pull");
    }

    @Test
    void copiesAgainWhatAGoDaemonsWriterHasWritten() throws Exception {
        store("a", 5);
        FakeAgent a = makeGo("a");
        AtomicInteger writes = new AtomicInteger();
        a.before((call, metric) -> {
            if (call.equals("stat") && metric.equals(name(2)) && writes.incrementAndGet() == 2) {
                cluster.pass(10);
                a.write(metric, "late");
                cluster.pass(10);
            }
        });

        move(group("a", "b"));

        assertThat(cluster.agent("b").points(name(2))).containsExactlyInAnyOrder("p2", "late");
        assertThat(a.metrics()).isEmpty();
    }

    @Test
    void doesNotDeleteWhatWasWrittenInTheSecondInWhichItWasRead() throws Exception {
        store("a", 3);
        FakeAgent a = makeGo("a");
        a.write(name(1), "now");

        TransferEngine engine = engine(group("a", "b"));
        engine.run(recorder);

        assertThat(a.metrics()).containsExactly(name(1));
        assertThat(recorder.failed()).singleElement().satisfies(failed -> {
            assertThat(failed.copied()).isTrue();
            assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.KEEPS_CHANGING);
        });
    }

    @Test
    void takesATimeFarInTheFutureForNoSignOfAWriter() throws Exception {
        store("a", 3);
        FakeAgent a = makeGo("a");
        cluster.pass(7 * 86_400);
        a.write(name(1), "by hand");
        cluster.pass(-7 * 86_400);

        move(group("a", "b"));

        assertThat(a.metrics()).isEmpty();
        assertThat(cluster.agent("b").points(name(1))).containsExactlyInAnyOrder("p1", "by hand");
    }

    @Test
    void letsAGoDaemonOfTheForkFetchByItself() throws Exception {
        store("a", 10);
        makeGo("a");
        FakeAgent b = makeGo("b");

        move(group("a", "b"));

        assertThat(b.calls()).contains("fetchOffload " + name(0)).doesNotContain("fill " + name(0));
        assertThat(b.metrics()).hasSize(10);
        assertThat(cluster.agent("a").metrics()).isEmpty();
    }

    @Test
    void goesThroughThisClientIfAGoDaemonCannotFetch() throws Exception {
        store("a", 10);
        makeGo("a");
        FakeAgent b = makeGo("b");
        b.before((call, metric) -> {
            if (call.equals("fetchOffload")) {
                throw new AgentRefusedException(
                        b.address(),
                        400,
                        "b:4242 answered POST of m with 400: Content-Type must be application/octet-stream.");
            }
        });

        move(group("a", "b"));

        assertThat(recorder.failed()).isEmpty();
        assertThat(b.metrics()).hasSize(10);
        assertThat(b.calls())
                .filteredOn(call -> call.startsWith("fetchOffload"))
                .hasSizeLessThanOrEqualTo(10);
        assertThat(recorder.notices())
                .containsExactly("b:4242 cannot fetch metrics by itself; they go through this client instead");
    }

    @Test
    void takesVersionsFromASourceOfVersion2ForAGoDestination() throws Exception {
        store("a", 10);
        FakeAgent b = makeGo("b");

        move(group("a", "b"));

        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(cluster.agent("a").calls()).contains("deleteUnchanged").doesNotContain("delete " + name(0));
        assertThat(b.calls()).contains("fill " + name(0)).doesNotContain("fetchOffload " + name(0));
    }

    @Test
    void givesAGoDaemonNothingThatWasWrittenJustNow() throws Exception {
        store("a", 3);
        FakeAgent b = makeGo("b");
        FakeAgent a = cluster.agent("a");
        a.write(name(1), "now");
        a.before((call, metric) -> {
            if (call.equals("stat")) {
                cluster.pass(1);
            }
        });

        move(group("a", "b"));

        // A second copy would be a fill, which Go daemons do inexactly.
        assertThat(recorder.failed()).isEmpty();
        assertThat(a.metrics()).isEmpty();
        assertThat(b.points(name(1))).containsExactlyInAnyOrder("p1", "now");
        assertThat(b.calls()).filteredOn(("fill " + name(1))::equals).hasSize(1);
    }

    @Test
    void reportsWhatIsWrittenAllTheTimeAndLeavesItWhereItIs() throws Exception {
        store("a", 3);
        FakeAgent b = makeGo("b");
        FakeAgent a = cluster.agent("a");
        a.before((call, metric) -> {
            if (call.equals("stat") && metric.equals(name(1))) {
                a.write(metric, "late");
            }
        });

        move(group("a", "b"));

        assertThat(a.metrics()).containsExactly(name(1));
        assertThat(b.metrics()).containsExactly(name(0), name(2));
        assertThat(recorder.failed())
                .singleElement()
                .satisfies(failed -> assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.BEING_WRITTEN));
    }

    @Test
    void doesNotLetAGoDaemonFillUnlessItIsTrusted() throws Exception {
        store("a", 3);
        makeGo("a");
        FakeAgent b = makeGo("b");
        b.write(name(1), "mine");

        move(group("a", "b"));

        assertThat(cluster.agent("a").metrics()).containsExactly(name(1));
        assertThat(b.points(name(1))).containsExactly("mine");
        assertThat(recorder.failed())
                .singleElement()
                .satisfies(failed -> assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.INEXACT_FILL));
    }

    @Test
    void letsATrustedGoDaemonFill() throws Exception {
        trustV1Fill = true;
        store("a", 3);
        makeGo("a");
        FakeAgent b = makeGo("b");
        b.write(name(1), "mine");

        move(group("a", "b"));

        assertThat(recorder.failed()).isEmpty();
        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(b.points(name(1))).containsExactlyInAnyOrder("mine", "p1");
    }

    @Test
    void noticesThatAGoDaemonDoesNotHaveTheWholeFile() throws Exception {
        store("a", 3);
        makeGo("a");
        FakeAgent b = makeGo("b");
        b.before((call, metric) -> {
            // The second look at it is that after the copy.
            boolean isAfter = call.equals("stat") && b.calls().contains("fetchOffload " + metric);
            if (isAfter && metric.equals(name(1))) {
                b.forget(metric);
            }
        });

        move(group("a", "b"));

        assertThat(cluster.agent("a").metrics()).containsExactly(name(1));
        assertThat(recorder.failed()).hasSize(1);
    }

    @Test
    void reportsAMetricThatVanished() throws Exception {
        store("a", 3);
        FakeAgent a = makeGo("a");
        Plan.Group group = group("a", "b");
        a.forget(name(1));

        move(group);

        assertThat(recorder.failed())
                .singleElement()
                .satisfies(failed -> assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.NOT_FOUND));
    }
}
