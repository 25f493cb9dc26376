package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeCluster;
import org.buckytools.protocol.client.AgentRefusedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatCommandTest extends CommandTestBase {
    private final FakeCluster cluster = FakeCluster.ofThree();

    @BeforeEach
    void storeSomeMetrics() {
        cluster.agent("a").write("x.1", "p".repeat(1_359_400)).write("x.2", "pp");
        cluster.agent("b").write("w.1", "p".repeat(1029)).write("x.2", "ppp");
        cluster.agent("c").write("odd name;a=b%é\"", "p");
    }

    @Test
    void printsSizeAndTimeOfEachMetricByName() {
        assertThat(run(cluster, "stat", "-r", ".")).isEqualTo(new CommandRun(0, """
                0.00KiB\t2001-09-09T01:46:40Z\todd name;a=b%é"
                1.00KiB\t2001-09-09T01:46:40Z\tw.1
                1327.54KiB\t2001-09-09T01:46:40Z\tx.1
                0.00KiB\t2001-09-09T01:46:40Z\tx.2
                0.00KiB\t2001-09-09T01:46:40Z\tx.2
                """, ""));
    }

    @Test
    void printsJsonWithTheNode() {
        assertThat(run(cluster, "stat", "-j", "x.2", "odd name;a=b%é\"")).isEqualTo(new CommandRun(0, """
                [
                {"Name":"odd name;a=b%é\\"","Size":1,"Mode":420,"ModTime":1000000000,"Server":"c:4242"},
                {"Name":"x.2","Size":2,"Mode":420,"ModTime":1000000000,"Server":"a:4242"},
                {"Name":"x.2","Size":3,"Mode":420,"ModTime":1000000000,"Server":"b:4242"}
                ]
                """, ""));
        assertThat(run(cluster, "stat", "-j", "-r", "nothing").out()).isEqualTo("[]\n");
    }

    @Test
    void asksForManyAtOnce() {
        for (int i = 0; i < 2000; i++) {
            cluster.agent("a").write("many." + i, "p");
        }

        assertThat(run(cluster, "stat", "-r", "^many").out().lines())
                .hasSize(2000)
                .isSorted()
                .allMatch(line -> line.startsWith("0.00KiB\t"));
        assertThat(cluster.agent("a").calls())
                .containsExactly("ring", "list", "statMany", "statMany", "statMany", "statMany", "close");
        assertThat(cluster.agent("b").calls()).containsExactly("ring", "list", "close");
    }

    @Test
    void asksGoDaemonsForOneAfterTheOther() {
        for (String host : new String[] {"a", "b", "c"}) {
            cluster.add(host, cluster.goDescription(host)).write("x.1", "p");
        }
        IntStream.range(0, 300).forEach(i -> cluster.agent("b").write("m." + i, "p"));

        CommandRun run = run(cluster, "stat", "-w", "20", "-r", ".");

        assertThat(run.code()).isZero();
        assertThat(run.out().lines().map(line -> line.substring(line.lastIndexOf('\t') + 1)))
                .hasSize(303)
                .isSorted();
        assertThat(cluster.agent("c").calls()).containsExactly("ring", "list", "stat x.1", "close");
    }

    @Test
    void endsWith3ForAMetricThatIsNowhereOrFails() {
        assertThat(run(cluster, "stat", "w.1", "no such")).isEqualTo(new CommandRun(3, """
                1.00KiB\t2001-09-09T01:46:40Z\tw.1
                """, """
                bucky: no such: no daemon that answered has such a metric
                """));
        cluster.agent("b").before((call, metric) -> {
            if (call.equals("statMany") || metric.equals("w.1")) {
                throw new AgentRefusedException(cluster.agent("b").address(), 403, "b:4242 refuses: no access");
            }
        });
        assertThat(run(cluster, "stat", "-r", "^w|2$")).isEqualTo(new CommandRun(3, """
                0.00KiB\t2001-09-09T01:46:40Z\tx.2
                0.00KiB\t2001-09-09T01:46:40Z\tx.2
                """, """
                bucky: w.1 on b:4242: b:4242 refuses: no access
                  Give a valid token with "read" among its ops and the metric among its namespaces by --api-token-file.
                """));
    }

    @Test
    void leavesOutWhatIsGoneMeanwhile() {
        cluster.agent("a").before((call, metric) -> {
            if (call.equals("statMany")) {
                cluster.agent("a").forget("x.1");
            }
        });

        assertThat(run(cluster, "stat", "-s", "-r", "x")).isEqualTo(new CommandRun(0, """
                0.00KiB\t2001-09-09T01:46:40Z\tx.2
                """, ""));
    }

    @Test
    void reportsANodeThatBreaksOffOnce() {
        IntStream.range(0, 3000).forEach(i -> cluster.agent("b").write("m." + i, "p"));
        cluster.agent("b").before((call, metric) -> {
            if (call.equals("statMany")) {
                throw cluster.agent("b").unreachable();
            }
        });

        assertThat(run(cluster, "stat", "-w", "1", "-r", "^[mx]")).isEqualTo(new CommandRun(3, """
                1327.54KiB\t2001-09-09T01:46:40Z\tx.1
                0.00KiB\t2001-09-09T01:46:40Z\tx.2
                """, """
                bucky: warning: b:4242 does not answer: connection refused; its metrics are missing here
                """));
        assertThat(cluster.agent("b").calls()).containsOnlyOnce("statMany");
    }

    @Test
    void endsWith3IfADaemonIsDownAndWith4IfItIsTheFirst() {
        cluster.agent("b").down(true);
        assertThat(run(cluster, "stat", "x.2")).isEqualTo(new CommandRun(3, """
                0.00KiB\t2001-09-09T01:46:40Z\tx.2
                """, """
                bucky: warning: b:4242 does not answer: connection refused; its metrics are missing here
                """));
        cluster.agent("a").down(true);
        assertThat(run(cluster, "stat", "x.2").code()).isEqualTo(4);
    }

    @Test
    void needsToBeToldWhichMetrics() {
        assertThat(run(cluster, "stat").code()).isEqualTo(2);
        assertThat(runWithInput(cluster, "nonsense", "stat", "-").code()).isEqualTo(2);
    }
}
