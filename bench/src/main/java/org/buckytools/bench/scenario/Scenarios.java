package org.buckytools.bench.scenario;

import java.util.List;

/** All scenarios, in the order in which they run. */
public final class Scenarios {
    private Scenarios() {}

    /** New ones of all kinds. */
    public static List<Scenario> all() {
        return List.of(
                RebalanceScenario.ofLargeFiles(),
                RebalanceScenario.ofSmallFiles(),
                new FillScenario(),
                new NamesScenario(),
                new MemoryScenario(),
                new StartupScenario());
    }
}
