package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyCommandTest extends CommandTestBase {
    private static final int METRICS = 40;

    private final FakeCluster cluster = FakeCluster.ofThree();

    @TempDir
    private Path folder;

    private void store() {
        for (int i = 0; i < METRICS; i++) {
            cluster.agent("b").write("m." + i, "p" + i);
        }
    }

    @Test
    void copiesEveryMetricWhateverTheRingSays() {
        store();
        cluster.agent("c").write("m.3", "mine");

        CommandRun run = run(cluster, "copy", "-src", "b", "-dst", "c:4242", "-w", "20");

        assertThat(run.code()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err().replaceAll("(unchanged\\)).*", "$1 …")).isEqualTo("""
                40 metrics on b:4242 to be copied to c:4242
                Copied 40 metrics (39 new, 1 filled, 0 unchanged) …
                Deleted 0 sources; 0 failed; 0 not found.
                """);
        assertThat(cluster.agent("c").metrics()).hasSize(METRICS);
        assertThat(cluster.agent("c").points("m.3")).containsExactlyInAnyOrder("mine", "p3");
        assertThat(cluster.agent("b").metrics()).hasSize(METRICS);
    }

    @Test
    void asksNoOtherDaemon() {
        store();
        cluster.agent("a").down(true);

        assertThat(run(cluster, "copy", "--src", "b", "--dst", "c").code()).isZero();

        assertThat(cluster.agent("a").calls()).isEmpty();
    }

    @Test
    void deletesWhatIsCopiedIfItIsToldTo() {
        store();

        CommandRun run = run(cluster, "copy", "--src", "b", "--dst", "c", "--delete", "--print-deletion", "-r", "m.1");

        assertThat(run.code()).isZero();
        assertThat(run.err().lines())
                .filteredOn(line -> line.startsWith("DELETED: m.1"))
                .hasSize(11);
        assertThat(cluster.agent("b").metrics()).hasSize(METRICS - 11);
    }

    @Test
    void takesNamesAndListsAndExpressions() {
        store();

        run(cluster, "copy", "--src", "b", "--dst", "c", "m.1", "m.2");
        runWithInput(cluster, "[\"m.3\"]", "copy", "--src", "b", "--dst", "c", "-");
        run(cluster, "copy", "--src", "b", "--dst", "c", "--regex", "^m.4$");

        assertThat(cluster.agent("c").metrics()).containsExactly("m.1", "m.2", "m.3", "m.4");
    }

    @Test
    void reportsANameThatTheSourceDoesNotHave() {
        store();

        CommandRun run = run(cluster, "copy", "--src", "b", "--dst", "c", "m.1", "gone");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err())
                .contains("bucky: warning: 1 metric of those named cannot be found\n")
                .contains("bucky: gone on b:4242: b:4242 has no metric gone\n");
        assertThat(cluster.agent("c").metrics()).containsExactly("m.1");
        assertThat(run(cluster, "copy", "--src", "b", "--dst", "c", "--regex", "g", "gone", "m.1")
                        .code())
                .isEqualTo(3);
        assertThat(run(cluster, "copy", "--src", "b", "--dst", "c", "--ignore404", "m.1", "gone")
                        .code())
                .isZero();
    }

    @Test
    void printsThePlanAndChangesNothing() {
        cluster.agent("b").write("a b;c=d%", "p");

        CommandRun run = run(cluster, "copy", "--src", "b", "--dst", "c", "--no-op", "--delete");

        assertThat(run)
                .isEqualTo(new CommandRun(
                        0, "[b:4242] a b;c=d% => c:4242\n", "1 metric on b:4242 to be copied to c:4242\n"));
        assertThat(run(cluster, "copy", "--src", "b", "--dst", "c", "--no-op", "-j")
                        .out())
                .isEqualTo("""
                [
                {"SrcServer":"b:4242","DstServer":"c:4242","OldName":"a b;c=d%","NewName":"a b;c=d%"}
                ]
                """);
        assertThat(cluster.agent("c").metrics()).isEmpty();
    }

    @Test
    void doesNotDoWhatAnEarlierRunHasDone() throws Exception {
        store();
        Path jobs = folder.resolve("jobs");

        assertThat(run(cluster, "copy", "--src", "b", "--dst", "c", "--job-state-file", jobs.toString(), "m.1", "m.2")
                        .code())
                .isZero();
        assertThat(Files.readAllLines(jobs))
                .containsExactlyInAnyOrder(
                        "{\"SrcServer\":\"b:4242\",\"DstServer\":\"c:4242\",\"OldName\":\"m.1\",\"NewName\":\"m.1\"}",
                        "{\"SrcServer\":\"b:4242\",\"DstServer\":\"c:4242\",\"OldName\":\"m.2\",\"NewName\":\"m.2\"}");
        CommandRun again = run(cluster, "copy", "--src", "b", "--dst", "c", "--job-state-file", jobs.toString());

        assertThat(again.err()).startsWith("2 moves left out, done by an earlier run\n38 metrics on b:4242");
    }

    @Test
    void changesNothingIfOneOfTheTwoIsDown() {
        store();
        for (String down : List.of("b", "c")) {
            cluster.agent(down).down(true);

            CommandRun run = run(cluster, "copy", "--src", "b", "--dst", "c", "--delete");

            assertThat(run.code()).isEqualTo(4);
            assertThat(run.err()).startsWith("bucky: " + down + ":4242 does not answer: connection refused\n");
            cluster.agent(down).down(false);
        }
        assertThat(cluster.agent("b").metrics()).hasSize(METRICS);
        assertThat(cluster.agent("c").metrics()).isEmpty();
    }

    @Test
    void wantsTwoDaemons() {
        assertThat(run(cluster, "copy", "--src", "b"))
                .isEqualTo(new CommandRun(
                        2, "", "bucky: --dst is not given\n  Name the daemon with --dst HOST[:PORT].\n"));
        assertThat(run(cluster, "copy", "--dst", "b").code()).isEqualTo(2);
        assertThat(run(cluster, "copy", "--src", "b", "--dst", ":x").code()).isEqualTo(2);
        assertThat(run(cluster, "copy", "--src", "b", "--dst", "b:4242").err())
                .startsWith("bucky: --src and --dst are both b:4242\n");
        assertThat(cluster.agent("b").calls()).isEmpty();
    }

    @Test
    void doesNotDeleteWhatMayBeThereOnlyUnderAnotherAddress() {
        store();
        cluster.add("alias", cluster.description("b"));

        CommandRun run = run(cluster, "copy", "--src", "b", "--dst", "alias", "--delete");

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err())
                .startsWith("bucky: b:4242 and alias:4242 both say that they are the node b\n  Nothing was changed.");
        assertThat(cluster.agent("b").metrics()).hasSize(METRICS);
        assertThat(run(cluster, "copy", "--src", "b", "--dst", "alias").code()).isZero();
    }
}
