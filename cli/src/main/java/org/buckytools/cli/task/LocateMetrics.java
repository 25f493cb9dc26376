package org.buckytools.cli.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.buckytools.cli.output.ResultPrinter.Location;
import org.buckytools.hashring.HashRing;
import org.buckytools.protocol.names.NameList;

/** Says where a ring puts metrics; asks nobody. */
public final class LocateMetrics {
    private final Placement placement;
    private final NamesBeyondAscii beyondAscii;

    /** Locates on this ring. */
    public LocateMetrics(HashRing ring) {
        this.placement = new Placement(ring);
        this.beyondAscii = new NamesBeyondAscii(ring);
    }

    /** Where the ring puts each of these, in the order given. A tagged series that is stored under a bare hash has no place. */
    public List<Location> run(Iterable<String> metrics) {
        List<Location> locations = new ArrayList<>();
        for (String metric : metrics) {
            beyondAscii.look(metric);
            locations.add(new Location(metric, placement.hosts(metric)));
        }
        return locations;
    }

    /** As {@link #run(Iterable)} for what was found on several nodes, each name once. */
    public List<Location> run(List<NameList> found) {
        NameList.Merge merge = NameList.merge(found);
        List<String> names = new ArrayList<>();
        while (merge.next()) {
            names.add(merge.cursor().name());
        }
        return run(names);
    }

    /** What to warn of those that were located. */
    public Optional<String> warning() {
        return beyondAscii.warning();
    }
}
