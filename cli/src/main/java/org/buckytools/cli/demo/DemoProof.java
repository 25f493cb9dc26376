package org.buckytools.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.buckytools.hashring.HashRing;
import org.buckytools.protocol.MetricName;

/**
 * What was found on the disks, read file by file and not asked from the daemons.
 *
 * @param metrics how many there should be
 * @param points how many there should be in all archives
 * @param misplaced metrics that are not, or not only, on their owner
 * @param missing points that are not there any more
 */
record DemoProof(int metrics, long points, List<MetricName> misplaced, long missing) {

    static DemoProof take(DemoCluster cluster, HashRing ring, Map<MetricName, PointSet> wanted) throws IOException {
        List<MetricName> misplaced = new ArrayList<>();
        long points = 0;
        long missing = 0;
        for (Map.Entry<MetricName, PointSet> entry : wanted.entrySet()) {
            MetricName metric = entry.getKey();
            List<String> owners = ring.stores(metric.value());
            boolean inPlace = true;
            for (String host : DemoCluster.HOSTS) {
                boolean there = Files.exists(cluster.file(host, metric));
                inPlace &= there == owners.contains(host);
                if (there && owners.contains(host)) {
                    missing += PointSet.read(cluster.file(host, metric)).missing(entry.getValue());
                }
            }
            points += entry.getValue().size();
            if (!inPlace) {
                misplaced.add(metric);
                missing += Files.exists(cluster.file(owners.getFirst(), metric))
                        ? 0
                        : entry.getValue().size();
            }
        }
        return new DemoProof(wanted.size(), points, misplaced, missing);
    }

    boolean holds() {
        return misplaced.isEmpty() && missing == 0;
    }
}
