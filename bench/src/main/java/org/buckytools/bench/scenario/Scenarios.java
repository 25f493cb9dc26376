package org.buckytools.bench.scenario;

import java.util.List;

/** All scenarios, in the order in which they run. */
public final class Scenarios {
    private Scenarios() {}

    /** New ones of all kinds. */
    public static List<Scenario> all() {
        return List.of(
                RebalanceScenario.ofUsualFiles(),
                RebalanceScenario.ofSmallFiles(),
                RebalanceScenario.ofSparseFiles(),
                RebalanceScenario.ofLargeFiles(),
                new FillScenario(),
                TarScenario.ofTar(),
                TarScenario.ofRestore(),
                new ListScenario(),
                new InconsistentScenario(),
                new DiskUsageScenario(),
                new MemoryScenario(),
                new MillionsScenario(),
                new TestMetricsScenario(),
                new StartupScenario(),
                new SlowNodeScenario(),
                new SlowLinkScenario());
    }
}
