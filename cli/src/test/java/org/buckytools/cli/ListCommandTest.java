package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListCommandTest extends CommandTestBase {
    private final FakeCluster cluster = FakeCluster.ofThree();

    @BeforeEach
    void storeSomeMetrics() {
        cluster.agent("a").write("x.1", "p").write("x.2", "p");
        cluster.agent("b").write("w.1", "p").write("x.2", "p");
        cluster.agent("c").write("é.1", "p").write("\"quoted\"", "p");
    }

    @Test
    void listsEachMetricOnceInOrder() {
        assertThat(run(cluster, "list")).isEqualTo(new CommandRun(0, "\"quoted\"\nw.1\nx.1\nx.2\né.1\n", ""));
    }

    @Test
    void listsMetricsAsJson() {
        assertThat(run(cluster, "list", "-j"))
                .isEqualTo(new CommandRun(0, "[\"\\\"quoted\\\"\",\"w.1\",\"x.1\",\"x.2\",\"é.1\"]\n", ""));
    }

    @Test
    void listsWhereEachMetricReallyIs() {
        assertThat(run(cluster, "list", "-l")).isEqualTo(new CommandRun(0, """
                a:4242: x.1
                a:4242: x.2
                b:4242: w.1
                b:4242: x.2
                c:4242: "quoted"
                c:4242: é.1
                """, ""));
    }

    @Test
    void listsLocationsAsAJsonObject() {
        assertThat(run(cluster, "list", "-l", "-j", "x.2", "x.1")).isEqualTo(new CommandRun(0, """
                {
                "a:4242":["x.1","x.2"],
                "b:4242":["x.2"]
                }
                """, ""));
        assertThat(run(cluster, "list", "-l", "-j", "nothing").out()).isEqualTo("{}\n");
    }

    @Test
    void takesTheArgumentForAnExpressionWithTheSwitch() {
        assertThat(run(cluster, "list", "-r", "-w", "100", "^x").out()).isEqualTo("x.1\nx.2\n");
        assertThat(run(cluster, "list", "--regex", "1$", "x.1", "x.2").out()).isEqualTo("x.1\n");
    }

    @Test
    void takesNamesFromStandardInput() {
        assertThat(runWithInput(cluster, "[\"x.1\",\"none\",\"w.1\"]", "list", "-")
                        .out())
                .isEqualTo("w.1\nx.1\n");
    }

    @Test
    void endsWith0ForAMetricThatIsNowhere() {
        assertThat(run(cluster, "list", "nowhere")).isEqualTo(new CommandRun(0, "", ""));
    }

    @Test
    void endsWith3IfADaemonIsDown() {
        cluster.agent("b").down(true);

        assertThat(run(cluster, "list", "-l", "x.2")).isEqualTo(new CommandRun(3, "a:4242: x.2\n", """
                bucky: warning: b:4242 does not answer: connection refused; its metrics are missing here
                """));
    }

    @Test
    void printsNothingOfADaemonThatBreaksOff() {
        cluster.agent("b").before((call, metric) -> {
            if (call.equals("list")) {
                throw cluster.agent("b").unreachable();
            }
        });

        assertThat(run(cluster, "list", "-r", "^[wx]")).isEqualTo(new CommandRun(3, "x.1\nx.2\n", """
                bucky: warning: b:4242 does not answer: connection refused; its metrics are missing here
                """));
    }

    @Test
    void endsWith4IfNobodyAnswers() {
        cluster.agent("a").before((call, metric) -> {
            if (call.equals("list")) {
                throw cluster.agent("a").unreachable();
            }
        });

        assertThat(run(cluster, "list", "-s").code()).isEqualTo(4);
    }

    @Test
    void listsOnlyOneDaemonWithSingle() {
        assertThat(run(cluster, "list", "-single", "-host=b").out()).isEqualTo("w.1\nx.2\n");
    }

    @Test
    void listsAndEndsWith3IfADaemonHasAnotherRing() {
        cluster.add("c", new FakeCluster(1, "a", "b", "d").description("c"));

        assertThat(run(cluster, "list", "x.1")).isEqualTo(new CommandRun(3, "x.1\n", """
                bucky: warning: c:4242 has d as ring member 3, a:4242 has c
                """));
    }

    @Test
    void refusesWhatIsNoExpression() {
        CommandRun run = run(cluster, "list", "-r", "a(");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("bucky: \"a(\" is not a regular expression: ");
    }

    @Test
    void refusesAnExpressionThatIsMissingOrMoreThanOne() {
        assertThat(run(cluster, "list", "-r").code()).isEqualTo(2);
        assertThat(run(cluster, "list", "-r", "a", "b").code()).isEqualTo(2);
    }

    @Test
    void refusesStandardInputThatIsNoArrayOfNames() {
        CommandRun run = runWithInput(cluster, "{\"a\":1}", "list", "-");

        assertThat(run).isEqualTo(new CommandRun(2, "", """
                bucky: standard input: expected an array, found an object
                  It must be a JSON array of names, as bucky list -j prints it.
                """));
    }
}
