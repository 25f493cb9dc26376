package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InconsistentCommandTest extends CommandTestBase {
    private final FakeCluster cluster = FakeCluster.ofThree();
    private final List<String> misplacedOnA = new ArrayList<>();
    private final List<String> misplacedOnB = new ArrayList<>();

    @BeforeEach
    void storeEveryMetricOnAAndB() {
        for (int i = 0; i < 10; i++) {
            String metric = "m." + i;
            cluster.agent("a").write(metric, "p");
            cluster.agent("b").write(metric, "p");
            String owner = cluster.ring().stores(metric).getFirst();
            if (!owner.equals("a")) {
                misplacedOnA.add(metric);
            }
            if (!owner.equals("b")) {
                misplacedOnB.add(metric);
            }
        }
        cluster.agent("a").write("carbon.agents.a.cpu", "p");
        cluster.agent("b").write("carbon.agents.b.cpu", "p");
    }

    @Test
    void listsWhatIsInTheWrongPlace() {
        assertThat(run(cluster, "inconsistent")).isEqualTo(expected());
    }

    @Test
    void judgesHereWhatAGoDaemonHas() {
        for (String host : List.of("a", "b")) {
            List<String> metrics = cluster.agent(host).metrics();
            cluster.add(host, cluster.goDescription(host));
            metrics.forEach(metric -> cluster.agent(host).write(metric, "p"));
        }

        assertThat(run(cluster, "inconsistent", "-h", "c")).isEqualTo(expected());
        assertThat(cluster.agent("a").calls()).contains("list").doesNotContain("misplaced");
        assertThat(cluster.agent("c").calls()).contains("misplaced").doesNotContain("list");
    }

    @Test
    void looksAtTheDaemonsOwnMetricsIfAsked() {
        assertThat(run(cluster, "inconsistent", "--filter-cache-metrics=false", "--regex", "cpu")
                        .code())
                .isZero();
        boolean isWrong = !cluster.ring().stores("carbon.agents.a.cpu").contains("a");
        assertThat(run(cluster, "inconsistent", "-filter-cache-metrics=false")
                        .out()
                        .contains("carbon.agents.a.cpu"))
                .isEqualTo(isWrong);
        assertThat(run(cluster, "inconsistent", "-go-carbon-prefix", "m.").out())
                .doesNotContain("m.1");
    }

    @Test
    void listsOnlyTheMetricsThatAreNamed() {
        String metric = misplacedOnA.getFirst();

        assertThat(run(cluster, "inconsistent", "-s", metric, "m.none").out()).isEqualTo("a:4242: " + metric + "\n");
    }

    @Test
    void endsWith3IfADaemonIsDown() {
        cluster.agent("c").down(true);

        CommandRun run = run(cluster, "inconsistent");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).isEqualTo(expected().out());
    }

    @Test
    void endsWith4IfTheDaemonsDisagree() {
        cluster.add("c", new FakeCluster(1, "a", "b", "d").description("c"));

        assertThat(run(cluster, "inconsistent").code()).isEqualTo(4);
    }

    private CommandRun expected() {
        StringBuilder out = new StringBuilder();
        misplacedOnA.forEach(metric -> out.append("a:4242: ").append(metric).append('\n'));
        misplacedOnB.forEach(metric -> out.append("b:4242: ").append(metric).append('\n'));
        int count = misplacedOnA.size() + misplacedOnB.size();
        return new CommandRun(0, out.toString(), "Inconsistent metrics found: " + count + "\n");
    }
}
