package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeAgent;
import org.buckytools.cli.testing.FakeCluster;
import org.buckytools.protocol.transfer.ItemFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RebalanceCommandTest extends CommandTestBase {
    private static final int METRICS = 60;

    private final FakeCluster cluster = FakeCluster.ofThree();

    @TempDir
    private Path folder;

    @Test
    void movesEveryMetricToItsOwner() {
        storeAllOn("a");

        CommandRun run = run(cluster, "rebalance", "--delete");

        assertThat(run.code()).isZero();
        assertEverythingIsHome();
        assertThat(misplacedOn("a")).isEmpty();
        int moved = METRICS - cluster.agent("a").metrics().size();
        assertThat(run.out()).isEmpty();
        assertThat(run.err().replaceAll("in [0-9.]+ s: .*", "in …"))
                .isEqualTo("""
                %d metrics on a:4242 must be relocated
                Copied %d metrics (%d new, 0 filled, 0 unchanged), %s in …
                Deleted %d sources; 0 failed; 0 not found.
                """.formatted(moved, moved, moved, size(moved * 100L), moved));
        assertThat(interrupts.isUnused()).isTrue();
    }

    private static String size(long bytes) {
        return bytes < 1000 ? bytes + " B" : String.format("%.1f kB", bytes / 1000.0);
    }

    @Test
    void keepsSourcesWithoutDelete() {
        storeAllOn("a");

        assertThat(run(cluster, "rebalance").code()).isZero();

        assertEverythingIsHome();
        assertThat(cluster.agent("a").metrics()).hasSize(METRICS);
        assertThat(cluster.agent("a").calls()).doesNotContain("deleteUnchanged", "delete");
    }

    @Test
    void fillsWhatIsThereAndChangesNoPointOfTheOwner() {
        storeAllOn("a");
        String metric = misplacedOn("a").getFirst();
        owner(metric).write(metric, "q");

        run(cluster, "rebalance", "--delete");

        assertThat(owner(metric).points(metric)).containsExactlyInAnyOrder("q", "p of " + metric);
    }

    @Test
    void printsThePlanAndChangesNothing() {
        storeAllOn("a");
        List<String> misplaced = misplacedOn("a");
        StringBuilder plan = new StringBuilder();
        for (String host : List.of("b", "c")) {
            misplaced.stream()
                    .filter(metric -> cluster.ring().stores(metric).contains(host))
                    .forEach(metric -> plan.append("[a:4242] ")
                            .append(metric)
                            .append(" => ")
                            .append(host)
                            .append(":4242\n"));
        }

        CommandRun run = run(cluster, "rebalance", "--no-op", "--delete");

        assertThat(run)
                .isEqualTo(new CommandRun(
                        0, plan.toString(), misplaced.size() + " metrics on a:4242 must be relocated\n"));
        assertThat(cluster.agent("a").metrics()).hasSize(METRICS);
        assertThat(cluster.agent("b").metrics()).isEmpty();
    }

    @Test
    void printsThePlanAsJson() {
        storeAllOn("a");
        String metric = misplacedOn("a").getFirst();

        CommandRun run = run(cluster, "rebalance", "--no-op", "-j", "-r", "^" + metric + "$");

        assertThat(run.out()).isEqualTo("""
                [
                {"SrcServer":"a:4242","DstServer":"%s","OldName":"%s","NewName":"%s"}
                ]
                """.formatted(owner(metric).address(), metric, metric));
    }

    @Test
    void printsHowItWentAsJson() {
        storeAllOn("a");
        String metric = misplacedOn("a").getFirst();
        breakMetric(metric);

        CommandRun run = run(cluster, "rebalance", "--delete", "-j", "-r", "^" + metric + "$");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out().replaceAll("\"milliseconds\":[0-9]+", "\"milliseconds\":…"))
                .isEqualTo("""
                {"planned":1,"created":0,"filled":0,"unchanged":0,"deleted":0,"failed":1,"notFound":0,"left":0,\
                "bytes":0,"wireBytes":0,"milliseconds":…,"stopped":false,\
                "failures":[{"metric":"%s","node":"%s","reason":"disk full",\
                "nextStep":"See to space and permissions there."}]}
                """.formatted(metric, owner(metric).address()));
    }

    @Test
    void endsWith1IfItCannotNoteWhatItDid() {
        storeAllOn("a");

        breakMetric(misplacedOn("a").getFirst());

        CommandRun run = run(cluster, "rebalance", "--metric-err-file", "/dev/full");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("bucky: the job state file or the metric error file cannot be written: ");
    }

    @Test
    void movesNothingIfAFileThatIsToBeWrittenCannotBe() {
        storeAllOn("a");
        String nowhere = folder.resolve("nowhere/file").toString();
        for (String option : List.of("--metric-err-file", "--job-state-file")) {
            CommandRun run = run(cluster, "rebalance", option, nowhere);
            assertThat(run.code()).as(option).isEqualTo(2);
            assertThat(run.err())
                    .endsWith("file " + nowhere + " cannot be used: no such file or directory\n  Give a file to "
                            + option + " that can be written, or made, there.\n");
            assertThat(run(cluster, "rebalance", option, folder.toString()).code())
                    .isEqualTo(2);
        }
        assertThat(cluster.agent("b").metrics()).isEmpty();
    }

    @Test
    void saysThatTheClusterIsBalanced() {
        CommandRun run = run(cluster, "rebalance", "--no-op");

        assertThat(run).isEqualTo(new CommandRun(0, "", "Cluster is balanced.\n"));
    }

    @Test
    void movesOnlyWhatTheExpressionFinds() {
        storeAllOn("a");
        String metric = misplacedOn("a").getFirst();

        run(cluster, "rebalance", "-delete", "-r", metric + "$");

        assertThat(cluster.agent("a").metrics()).hasSize(METRICS - 1).doesNotContain(metric);
    }

    @Test
    void movesOnlyToAllowedDestinations() {
        storeAllOn("a");

        run(cluster, "rebalance", "--delete", "--allowed-dsts", "b:4242;x:1");

        assertThat(cluster.agent("b").metrics()).isNotEmpty();
        assertThat(cluster.agent("c").metrics()).isEmpty();
        assertThat(misplacedOn("a")).allMatch(metric -> owner(metric) == cluster.agent("c"));
    }

    @Test
    void bringsAMetricToAllItsReplicasBeforeItsSourceIsDeleted() {
        FakeCluster replicated = new FakeCluster(2, "a", "b", "c");
        for (int i = 0; i < METRICS; i++) {
            replicated.agent("a").write("m." + i, "p" + i);
        }

        assertThat(run(replicated, "rebalance", "--delete", "-w", "20").code()).isZero();

        for (int i = 0; i < METRICS; i++) {
            List<String> owners = replicated.ring().stores("m." + i);
            if (owners.contains("a")) {
                assertThat(replicated.agent("a").points("m." + i)).isNotEmpty();
            } else {
                assertThat(replicated.agent("a").points("m." + i)).isEmpty();
                for (String host : owners) {
                    assertThat(replicated.agent(host).points("m." + i)).containsExactly("p" + i);
                }
            }
        }
    }

    @Test
    void keepsASourceOfWhichNotAllOwnersMayGetACopy() {
        FakeCluster replicated = new FakeCluster(2, "a", "b", "c");
        for (int i = 0; i < METRICS; i++) {
            replicated.agent("a").write("m." + i, "p" + i);
        }

        run(replicated, "rebalance", "--delete", "--allowed-dsts", "b:4242");

        assertThat(replicated.agent("a").metrics()).hasSize(METRICS);
        assertThat(replicated.agent("b").metrics()).isNotEmpty();
        assertThat(replicated.agent("c").metrics()).isEmpty();
    }

    @Test
    void emptiesDaemonsThatAreNamed() {
        FakeAgent old = cluster.add("old:5000", cluster.description("old"));
        for (int i = 0; i < METRICS; i++) {
            old.write("m." + i, "p of m." + i);
        }

        assertThat(run(cluster, "rebalance", "--delete", "old:5000").code()).isZero();

        assertThat(old.metrics()).isEmpty();
        assertEverythingIsHome();
    }

    @Test
    void refusesToEmptyAMemberOfTheRingUnderAnotherAddress() {
        storeAllOn("a");
        cluster.add("alias", cluster.description("b"));

        assertThat(run(cluster, "rebalance", "--delete", "alias")).isEqualTo(new CommandRun(4, "", """
                bucky: alias:4242 and b:4242 both say that they are the node b
                  Nothing was changed. If they are one daemon, it must not be named twice.
                  If they are two, start each buckyd with its own --node.
                """));
        assertThat(run(cluster, "rebalance", "--delete", "b").code()).isEqualTo(2);
    }

    @Test
    void takesSourcesOnlyFromOneDaemonWithSingle() {
        storeAllOn("a");
        cluster.agent("b").write("m.0", "x");
        Set<String> before = new TreeSet<>(cluster.agent("b").metrics());

        assertThat(run(cluster, "rebalance", "--delete", "-s").code()).isZero();

        assertThat(misplacedOn("a")).isEmpty();
        assertThat(cluster.agent("b").metrics()).containsAll(before);
        assertThat(cluster.agent("b").calls()).doesNotContain("misplaced");
    }

    @Test
    void changesNothingWhileADaemonIsDown() {
        storeAllOn("a");
        cluster.agent("c").down(true);

        CommandRun run = run(cluster, "rebalance", "--delete");

        assertThat(run).isEqualTo(new CommandRun(4, "", """
                bucky: c:4242 does not answer: connection refused
                  Nothing was changed. 2 of 3 nodes agree on the ring.
                  Start buckyd on c, or run with -s to work on a single node.
                """));
        assertThat(cluster.agent("b").metrics()).isEmpty();
    }

    @Test
    void changesNothingIfADaemonDoesNotSayWhatItHas() {
        storeAllOn("a");
        cluster.agent("b").before((call, metric) -> {
            if (call.equals("misplaced")) {
                throw cluster.agent("b").unreachable();
            }
        });

        assertThat(run(cluster, "rebalance", "--delete").code()).isEqualTo(4);
        assertThat(cluster.agent("c").metrics()).isEmpty();
    }

    @Test
    void saysEachMetricAndEachDeletionIfAsked() {
        storeAllOn("a");
        String metric = misplacedOn("a").getFirst();
        String owner = owner(metric).address().toString();

        assertThat(run(cluster, "rebalance", "--verbose", "-r", "^" + metric + "$")
                        .err())
                .contains("a:4242 " + metric + " => " + owner + " " + metric + " created\n");
        assertThat(run(cluster, "rebalance", "--delete", "--print-deletion", "-r", "^" + metric + "$")
                        .err())
                .contains("DELETED: " + metric + "\n");
    }

    @Test
    void notesWhatSucceededAndLeavesItOutNextTime() throws IOException {
        storeAllOn("a");
        Path jobs = folder.resolve("jobs");

        run(cluster, "rebalance", "--job-state-file", jobs.toString());

        List<String> expected = new ArrayList<>();
        for (String metric : misplacedOn("a")) {
            expected.add("{\"SrcServer\":\"a:4242\",\"DstServer\":\""
                    + owner(metric).address() + "\",\"OldName\":\"" + metric + "\",\"NewName\":\"" + metric + "\"}");
        }
        assertThat(Files.readAllLines(jobs)).containsExactlyInAnyOrderElementsOf(expected);
        int moves = expected.size();
        assertThat(run(cluster, "rebalance", "--no-op", "--job-state-file", jobs.toString()))
                .isEqualTo(new CommandRun(
                        0, "", moves + " moves left out, done by an earlier run\nCluster is balanced.\n"));
    }

    @Test
    void doesNotNoteWhatFailed() throws IOException {
        storeAllOn("a");
        cluster.agent("a").before((call, metric) -> {});
        String metric = misplacedOn("a").getFirst();
        breakMetric(metric);
        Path jobs = folder.resolve("jobs");
        Path errors = folder.resolve("errors");

        CommandRun run = run(
                cluster, "rebalance", "--delete", "--job-state-file=" + jobs, "--metric-err-file=" + errors, "-w", "3");

        assertThat(run.code()).isEqualTo(3);
        assertThat(Files.readString(jobs)).doesNotContain("\"" + metric + "\"");
        assertThat(Files.readAllLines(jobs)).isNotEmpty();
        assertThat(Files.readString(errors))
                .matches("\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d dst," + metric + ","
                        + owner(metric).address() + "\n");
        assertThat(cluster.agent("a").metrics()).contains(metric);
        assertThat(run.err())
                .contains("bucky: " + metric + " on " + owner(metric).address() + ": disk full\n"
                        + "  See to space and permissions there.\n");
    }

    @Test
    void overlooksAsManyFailuresAsItIsTold() {
        storeAllOn("a");
        breakMetric(misplacedOn("a").getFirst());

        assertThat(run(cluster, "rebalance", "--error-tolerance", "1").code()).isZero();
        assertThat(run(cluster, "rebalance", "--error-tolerance", "0").code()).isEqualTo(3);
    }

    @Test
    void takesAMetricThatVanishedForAFailureUnlessToldOtherwise() {
        for (String flag : List.of("--ignore404", "--ignore404=false")) {
            storeAllOn("a");
            String metric = misplacedOn("a").getFirst();
            cluster.agent("b").before((call, name) -> vanish(call, name, metric));
            cluster.agent("c").before((call, name) -> vanish(call, name, metric));

            CommandRun run = run(cluster, "rebalance", flag, "-w", "1");

            assertThat(run.code()).isEqualTo(flag.endsWith("false") ? 3 : 0);
            assertThat(run.err()).contains("; 1 not found.");
        }
    }

    private void vanish(String call, String name, String metric) {
        if (call.equals("pullItem") && name.equals(metric)) {
            cluster.agent("a").forget(metric);
        }
    }

    @Test
    void stopsWhenInterruptedAndGoesOnTheNextTime() {
        for (int i = 0; i < 5000; i++) {
            cluster.agent("a").write("m." + i, "p of m." + i);
        }
        cluster.agent("b").beginningWith(1000);
        cluster.agent("b").before((call, metric) -> {
            if (call.equals("pull")) {
                interrupts.interrupt();
            }
        });

        CommandRun run = run(cluster, "rebalance", "--delete", "-w", "4");

        assertThat(run.code()).isEqualTo(130);
        assertThat(run.err())
                .contains("stopping: what is in flight is finished first")
                .containsPattern("bucky: stopped with [0-9,]+ metrics of [0-9,]+ not moved\n"
                        + "  Run the same command again to go on;");
        assertNothingIsLost(5000);

        cluster.agent("b").before((call, metric) -> {});
        assertThat(run(cluster, "rebalance", "--delete", "-w", "4").code()).isZero();
        assertThat(misplacedOn("a")).isEmpty();
        assertNothingIsLost(5000);
    }

    @Test
    void saysWhichThrottlingFlagsHaveNoEffect() {
        CommandRun run = run(cluster, "rebalance", "--metrics-per-second", "5");

        assertThat(run.code()).isZero();
        assertThat(run.err())
                .contains(
                        "bucky: warning: --metrics-per-second, --sync-speed-up-interval and --no-random-easing have no effect"
                                + " without --go-carbon-health-check\n");
    }

    private void breakMetric(String metric) {
        owner(metric).failing(metric, ItemFailure.Reason.DESTINATION_UNWRITABLE, "disk full");
    }

    private void storeAllOn(String host) {
        for (int i = 0; i < METRICS; i++) {
            cluster.agent(host).write("m." + i, "p of m." + i);
        }
    }

    private FakeAgent owner(String metric) {
        return cluster.agent(cluster.ring().stores(metric).getFirst());
    }

    private List<String> misplacedOn(String host) {
        return cluster.agent(host).metrics().stream()
                .filter(metric -> !cluster.ring().stores(metric).contains(host))
                .toList();
    }

    private void assertEverythingIsHome() {
        for (int i = 0; i < METRICS; i++) {
            String metric = "m." + i;
            assertThat(owner(metric).points(metric)).as(metric).contains("p of " + metric);
        }
    }

    private void assertNothingIsLost(int metrics) {
        for (int i = 0; i < metrics; i++) {
            String metric = "m." + i;
            boolean isAtSource = !cluster.agent("a").points(metric).isEmpty();
            assertThat(isAtSource || !owner(metric).points(metric).isEmpty())
                    .as(metric)
                    .isTrue();
        }
    }
}
