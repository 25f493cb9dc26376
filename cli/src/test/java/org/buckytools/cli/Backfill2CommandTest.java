package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeAgent;
import org.buckytools.cli.testing.FakeCluster;
import org.buckytools.protocol.client.AgentRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Backfill2CommandTest extends CommandTestBase {
    private static final int METRICS = 40;

    private final FakeCluster other = new FakeCluster(1, "d", "e");
    private final FakeCluster cluster = FakeCluster.ofThree().beside(other);

    @TempDir
    private Path folder;

    private CommandRun backfill(String... more) {
        List<String> arguments = new ArrayList<>(List.of("backfill2"));
        arguments.addAll(List.of(more));
        return run(cluster, arguments.toArray(String[]::new));
    }

    private CommandRun between(String... more) {
        List<String> arguments = new ArrayList<>(List.of("-src-cluster-seed", "b", "-dst-cluster-seed", "e:4242"));
        arguments.addAll(List.of(more));
        return backfill(arguments.toArray(String[]::new));
    }

    private void store() {
        for (int i = 0; i < METRICS; i++) {
            owner("m." + i).write("m." + i, "p" + i);
        }
    }

    private FakeAgent owner(String metric) {
        return cluster.agent(cluster.ring().stores(metric).getFirst());
    }

    private FakeAgent newOwner(String metric) {
        return other.agent(other.ring().stores(metric).getFirst());
    }

    private String file(String json) throws IOException {
        return Files.writeString(folder.resolve("map.json"), json).toString();
    }

    @Test
    void copiesWhatAnExpressionFindsToTheOtherCluster() {
        store();
        owner("x").write("x", "not meant");
        newOwner("m.5").write("m.5", "mine");

        CommandRun run = between("-r", "^m\\.");

        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("Copied 40 metrics (39 new, 1 filled, 0 unchanged)");
        for (int i = 0; i < METRICS; i++) {
            assertThat(newOwner("m." + i).points("m." + i)).contains("p" + i);
            assertThat(owner("m." + i).points("m." + i)).containsExactly("p" + i);
        }
        assertThat(newOwner("m.5").points("m.5")).containsExactlyInAnyOrder("mine", "p5");
        assertThat(other.agent("d").metrics()).doesNotContain("x");
        assertThat(other.agent("e").metrics()).doesNotContain("x");
    }

    @Test
    void emptiesTheFirstClusterIfItIsToldTo() {
        store();
        cluster.agent("a").write("m.stray", "of a");
        cluster.agent("b").write("m.stray", "of b");

        assertThat(between("-r", ".", "--delete").code()).isZero();

        for (String host : List.of("a", "b", "c")) {
            assertThat(cluster.agent(host).metrics()).isEmpty();
        }
        assertThat(newOwner("m.stray").points("m.stray")).containsExactlyInAnyOrder("of a", "of b");
    }

    @Test
    void givesNewNamesFromAFile() throws IOException {
        store();

        CommandRun run = between("--metric-map-file", file("{\"m.1\":\"n.1\",\"m.2\":\"n.2\"}"), "--delete");

        assertThat(run.code()).isZero();
        assertThat(newOwner("n.1").points("n.1")).containsExactly("p1");
        assertThat(newOwner("n.2").points("n.2")).containsExactly("p2");
        assertThat(owner("m.1").metrics()).doesNotContain("m.1");
        assertThat(owner("m.3").metrics()).contains("m.3");
    }

    @Test
    void renamesInOneCluster() throws IOException {
        store();
        String map = file("{\"m.1\":\"n.1\",\"m.2\":\"n.2\",\"m.3\":\"n.1\"}");

        CommandRun run =
                backfill("--src-cluster-seed", "a", "--dst-cluster-seed", "c", "--metric-map-file", map, "--delete");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(owner("n.1").points("n.1")).containsExactlyInAnyOrder("p1", "p3");
        assertThat(owner("n.2").points("n.2")).containsExactly("p2");
        for (String gone : List.of("m.1", "m.2", "m.3")) {
            assertThat(owner(gone).metrics()).doesNotContain(gone);
        }
    }

    @Test
    void neverDeletesWhatIsWhereItWouldGo() {
        store();

        CommandRun run = backfill("--src-cluster-seed", "a", "--dst-cluster-seed", "b", "-r", ".", "--delete");

        assertThat(run.code()).isZero();
        assertThat(run.err()).startsWith("40 metrics left out, being where it would go\nThere is nothing to copy.\n");
        for (int i = 0; i < METRICS; i++) {
            assertThat(owner("m." + i).points("m." + i)).containsExactly("p" + i);
        }
    }

    @Test
    void keepsAChainOfNamesApartOnlyBetweenClusters() throws IOException {
        store();
        String map = file("{\"m.1\":\"m.2\",\"m.2\":\"m.1\"}");

        CommandRun within = backfill("--src-cluster-seed", "a", "--dst-cluster-seed", "b", "--metric-map-file", map);
        CommandRun alone =
                backfill("-s", "--src-cluster-seed", "a", "--dst-cluster-seed", "b", "--metric-map-file", map);
        CommandRun between = between("--metric-map-file", map);

        assertThat(within.code()).isEqualTo(2);
        assertThat(alone.code()).isEqualTo(2);
        assertThat(owner("m.1").points("m.1")).containsExactly("p1");
        assertThat(between.code()).isZero();
        assertThat(newOwner("m.1").points("m.1")).containsExactly("p2");
        assertThat(newOwner("m.2").points("m.2")).containsExactly("p1");
    }

    @Test
    void copiesFromOneDaemonAlone() {
        cluster.agent("b").write("m.1", "of b");
        cluster.agent("c").write("m.2", "of c").down(true);

        CommandRun run = between("-s", "-r", ".");

        assertThat(run.code()).isZero();
        assertThat(newOwner("m.1").metrics()).containsExactly("m.1");
    }

    @Test
    void goesThroughThisClientWhereADaemonDoesNotPullFromStrangers() {
        store();
        for (String host : List.of("d", "e")) {
            FakeAgent stranger = other.agent(host);
            stranger.before((call, metric) -> {
                if (call.equals("pull")) {
                    throw new AgentRefusedException(
                            stranger.address(), 403, stranger.address() + " answered: give it to --allow-source there");
                }
            });
        }

        CommandRun run = between("-r", ".", "--delete");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("--allow-source there; these metrics go through this client instead");
        for (int i = 0; i < METRICS; i++) {
            assertThat(newOwner("m." + i).points("m." + i)).containsExactly("p" + i);
        }
        assertThat(cluster.agent("a").metrics()).isEmpty();
    }

    @Test
    void prefersTheExpressionToTheFile() {
        store();

        CommandRun run = between("-r", "m.1$", "--metric-map-file", "no-such-file");

        assertThat(run.code()).isZero();
        assertThat(newOwner("m.1").metrics()).contains("m.1");
    }

    @Test
    void changesNothingIfADaemonOfEitherClusterIsDown() {
        store();
        for (FakeAgent down : List.of(cluster.agent("a"), cluster.agent("b"), other.agent("d"), other.agent("e"))) {
            down.down(true);

            CommandRun run = between("-r", ".", "--delete");

            assertThat(run.code()).isEqualTo(4);
            assertThat(run.err()).startsWith("bucky: " + down.address() + " does not answer: connection refused\n");
            down.down(false);
        }
        assertThat(other.agent("d").metrics()).isEmpty();
        assertThat(other.agent("e").metrics()).isEmpty();
    }

    @Test
    void wantsTwoClustersAndMetrics() {
        assertThat(backfill("--src-cluster-seed", "a", "-r", ".").code()).isEqualTo(2);
        assertThat(backfill("--dst-cluster-seed", "a", "-r", ".").code()).isEqualTo(2);
        assertThat(between()).isEqualTo(new CommandRun(2, "", """
                        bucky: no metrics are given
                          Give --metric-map-file FILE, or -r REGEX; -r . means all.
                        """));
        assertThat(between("-r", "(").code()).isEqualTo(2);
        assertThat(between("--metric-map-file", "no-such-file").code()).isEqualTo(2);
        assertThat(cluster.agent("b").calls()).isEmpty();
    }

    @Test
    void prints404sAndErrorsToFiles() throws IOException {
        store();
        Path errors = folder.resolve("errors");

        CommandRun run = between(
                "--metric-map-file",
                file("{\"gone\":\"n.1\",\"m.2\":\"n.2\"}"),
                "--metric-err-file",
                errors.toString());

        assertThat(run.code()).isEqualTo(3);
        assertThat(Files.readString(errors))
                .matches("\\S+ \\S+ src,gone," + owner("gone").address() + "\n");
        assertThat(newOwner("n.2").points("n.2")).containsExactly("p2");
    }

    @Test
    void leavesOutSeriesThatNobodyCanPlace() {
        String hash = "_tagged.abc.def.abcdef" + "0".repeat(58);
        cluster.agent("a").write(hash, "p").write("m.1", "p");

        CommandRun run = between("-r", ".", "--delete");

        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("warning: 1 tagged series left out, as nobody can tell");
        assertThat(cluster.agent("a").metrics()).containsExactly(hash);
    }
}
