package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeAgent;
import org.buckytools.cli.testing.FakeCluster;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.transfer.ItemFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DuCommandTest extends CommandTestBase {
    private final FakeCluster cluster = FakeCluster.ofThree();

    @BeforeEach
    void storeSomeMetrics() {
        cluster.agent("a").write("x.1", "p".repeat(1_000_000)).write("x.2", "pp");
        cluster.agent("b").write("w.1", "p").write("x.2", "ppp");
        cluster.agent("c").write("odd name;a=b%é\"", "p".repeat(3_000_000));
    }

    @Test
    void addsUpTheLengthsOfFiles() {
        assertThat(run(cluster, "du", "-r", "-w", "100", ".")).isEqualTo(new CommandRun(0, """
                4000006 Bytes
                3.81 MiB
                0.00 GiB
                """, ""));
    }

    @Test
    void letsDaemonsAddUpByThemselves() {
        run(cluster, "du", "-r", "^x");

        for (String host : new String[] {"a", "b", "c"}) {
            assertThat(cluster.agent(host).calls()).containsExactly("ring", "usage", "close");
        }
    }

    @Test
    void countsAMetricOnEachNodeThatHasIt() {
        assertThat(run(cluster, "du", "x.2", "w.1").out()).startsWith("6 Bytes\n");
        assertThat(runWithInput(cluster, "[\"x.2\",\"odd name;a=b%é\\\"\"]", "du", "-")
                        .out())
                .startsWith("3000005 Bytes\n");
        assertThat(run(cluster, "du", "--regex", "^w", "x.2", "w.1").out()).startsWith("1 Bytes\n");
        assertThat(run(cluster, "du", "-s", "-h", "b", "x.2").out()).startsWith("3 Bytes\n");
    }

    @Test
    void printsJson() {
        assertThat(run(cluster, "du", "-j", "-r", "x"))
                .isEqualTo(new CommandRun(0, "{\"metrics\":3,\"bytes\":1000005,\"allocated\":12288}\n", ""));
    }

    @Test
    void measuresTheSpaceOnTheDisks() {
        assertThat(run(cluster, "du", "--allocated", "x.1", "x.2").out()).startsWith(3 * FakeAgent.BLOCK + " Bytes\n");
    }

    @Test
    void saysEachDaemonsShare() {
        assertThat(run(cluster, "du", "-v", "x.1", "x.2").err()).isEqualTo("""
                a:4242: 2 metrics, 1000002 bytes, 8192 allocated
                b:4242: 1 metric, 3 bytes, 4096 allocated
                c:4242: 0 metrics, 0 bytes, 0 allocated
                """);
    }

    @Test
    void looksUpEachMetricOfAGoDaemon() {
        cluster.add("b", cluster.goDescription("b")).write("w.1", "p").write("x.2", "ppp");

        assertThat(run(cluster, "du", "-w", "100", "-r", "^[wx]").out()).startsWith("1000006 Bytes\n");
        assertThat(cluster.agent("b").calls())
                .containsExactlyInAnyOrder("ring", "list", "stat w.1", "stat x.2", "close");
        assertThat(run(cluster, "du", "-j", "w.1").out()).isEqualTo("{\"metrics\":1,\"bytes\":1,\"allocated\":null}\n");
        assertThat(run(cluster, "du", "--allocated", "x.2")).isEqualTo(new CommandRun(3, """
                4096 Bytes
                0.00 MiB
                0.00 GiB
                """, """
                bucky: warning: b:4242 is a Go daemon and cannot tell how much space is allocated; its metrics are \
                missing here
                """));
    }

    @Test
    void looksUpMetricsInBulkWhereADaemonIsOlderThanTheCall() {
        cluster.agent("a").before((call, metric) -> {
            if (call.equals("usage")) {
                throw new AgentRefusedException(cluster.agent("a").address(), 404, "a:4242 has no such path");
            }
        });

        assertThat(run(cluster, "du", "-r", "^x").out()).startsWith("1000005 Bytes\n");
        assertThat(cluster.agent("a").calls()).containsExactly("ring", "usage", "list", "statMany", "close");
    }

    @Test
    void endsWith3ForAMetricThatIsNowhere() {
        assertThat(run(cluster, "du", "x.2", "no.1")).isEqualTo(new CommandRun(3, """
                5 Bytes
                0.00 MiB
                0.00 GiB
                """, """
                bucky: no.1: no daemon that answered has such a metric
                """));
        // What the expression does not let pass is not meant.
        assertThat(run(cluster, "du", "--regex", "x", "x.2", "no.1").code()).isZero();
    }

    @Test
    void saysWhatCouldNotBeMeasured() {
        for (int i = 0; i < 3; i++) {
            cluster.agent("a").write("bad." + i, "p").failing("bad." + i, ItemFailure.Reason.INTERNAL, "broken disk");
        }

        CommandRun run = run(cluster, "du", "-r", "^(bad|w)");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).startsWith("1 Bytes\n");
        assertThat(run.err()).startsWith("""
                bucky: bad.0 on a:4242: broken disk
                  Look into the log of buckyd there.
                bucky: bad.1 on a:4242: broken disk
                """);
    }

    @Test
    void endsWith3IfADaemonIsDown() {
        cluster.agent("b").down(true);

        CommandRun run = run(cluster, "du", "-r", "^[wx]");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).startsWith("1000002 Bytes\n");
        assertThat(run.err())
                .isEqualTo(
                        "bucky: warning: b:4242 does not answer: connection refused; its metrics are missing here\n");
    }

    @Test
    void endsWith4IfTheFirstDaemonIsDownOrNobodyAnswers() {
        cluster.agent("a").before((call, metric) -> {
            if (call.equals("usage")) {
                throw cluster.agent("a").unreachable();
            }
        });

        assertThat(run(cluster, "du", "-s", "-r", "x")).isEqualTo(new CommandRun(4, "", """
                bucky: warning: a:4242 does not answer: connection refused; its metrics are missing here
                """));
        cluster.agent("a").down(true);
        assertThat(run(cluster, "du", "x.1").code()).isEqualTo(4);
    }

    @Test
    void needsToBeToldWhichMetrics() {
        assertThat(run(cluster, "du").code()).isEqualTo(2);
        CommandRun noJson = runWithInput(cluster, "x.1\nx.2\n", "du", "-");
        assertThat(noJson.code()).isEqualTo(2);
        assertThat(noJson.out()).isEmpty();
        assertThat(noJson.err())
                .startsWith("bucky: standard input is not the JSON it should be at line 1")
                .endsWith("It must be a JSON array of names, as bucky list -j prints it.\n");
        assertThat(runWithInput(cluster, "[]", "du", "-")).isEqualTo(new CommandRun(0, """
                0 Bytes
                0.00 MiB
                0.00 GiB
                """, ""));
    }

    @Test
    void tellsOnlyTheFirstOfManyThatAreNowhere() {
        String names = String.join(
                "\",\"", IntStream.range(0, 1000).mapToObj(i -> "no." + i).toList());

        CommandRun run = runWithInput(cluster, "[\"" + names + "\"]", "du", "-");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err().lines()).hasSize(101).last().isEqualTo("bucky: and 900 more metrics that no daemon has");
    }
}
