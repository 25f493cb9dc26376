package org.buckytools.cli.task;

import java.util.List;
import java.util.Optional;
import org.buckytools.hashring.HashRing;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.names.TaggedSeries;

/** Where a ring puts metrics by the names under which their files are stored. */
public final class Placement {
    private final HashRing ring;

    /** Places on this ring. */
    public Placement(HashRing ring) {
        this.ring = ring;
    }

    /** The hosts that should have this metric, in ring order; empty if its name does not tell, see {@link TaggedSeries}. */
    public List<String> hosts(String metric) {
        // What is no name of a stored metric can still be asked for, and hashed as it is.
        Optional<String> key =
                MetricName.isValid(metric) ? TaggedSeries.ringKey(new MetricName(metric)) : Optional.of(metric);
        return key.map(ring::stores).orElse(List.of());
    }
}
