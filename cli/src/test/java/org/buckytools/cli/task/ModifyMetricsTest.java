package org.buckytools.cli.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.testing.FakeCluster;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.transfer.SchemaChange;
import org.junit.jupiter.api.Test;

class ModifyMetricsTest {
    private static final SchemaChange CHANGE =
            new SchemaChange(Optional.empty(), List.of(), List.of(), Optional.of("sum"), Optional.empty(), false);

    private final FakeCluster cluster = new FakeCluster(1, "a");
    private final AtomicInteger done = new AtomicInteger();

    private ModifySummary run(BooleanSupplier isOver) throws UserFacingException, InterruptedException, IOException {
        ClusterSettings settings = new ClusterSettings(
                DaemonAddress.parse("a", 4242),
                false,
                Duration.ofSeconds(30),
                true,
                Optional.empty(),
                Duration.ofSeconds(30),
                1,
                false,
                false);
        ModifyTally tally = new ModifyTally(false, new ModifyTally.Listener() {
            @Override
            public void done(Modified item) {
                done.incrementAndGet();
            }

            @Override
            public void failed(ModifySummary.Failure failure) {}
        });
        try (Cluster nodes = new Clusters(cluster).connect(settings)) {
            new ModifyMetrics(nodes, CHANGE, false, OptionalLong.empty(), cluster.clock(), tally, isOver)
                    .run(new MetricQuery(Optional.empty(), Optional.empty(), false));
        }
        return tally.summary(isOver.getAsBoolean());
    }

    private void metrics(int count) {
        for (int i = 0; i < count; i++) {
            cluster.agent("a").write("m%03d".formatted(i), "1");
        }
    }

    private List<Integer> requests() {
        return cluster.agent("a").modifies().stream()
                .map(request -> request.metrics().size())
                .toList();
    }

    @Test
    void whenItIsInterruptedOnlyTheFilesInHandAreFinished() throws Exception {
        metrics(300);

        ModifySummary summary = run(() -> done.get() > 0);

        assertThat(summary.changed()).isEqualTo(4);
        assertThat(summary.rests()).containsExactly(new ModifySummary.Rest("a:4242", 296, "m004"));
        assertThat(summary.exitCode(ExitCode.PARTLY)).isEqualTo(ExitCode.INTERRUPTED);
    }

    @Test
    void asksForFewMetricsAtOnceWhereEachTakesLong() throws Exception {
        metrics(40);
        cluster.agent("a").before((call, metric) -> cluster.pass(call.equals("modifyItem") ? 1 : 0));

        run(() -> false);

        assertThat(requests()).hasSize(10).containsOnly(4);
    }

    @Test
    void asksForMoreAtOnceWhereTheyTakeNoTimeButNeverForVeryMany() throws Exception {
        metrics(300);

        ModifySummary summary = run(() -> false);

        assertThat(requests()).containsExactly(4, 8, 16, 32, 64, 64, 64, 48);
        assertThat(summary.rests()).isEmpty();
        assertThat(summary.changed()).isEqualTo(300);
    }
}
