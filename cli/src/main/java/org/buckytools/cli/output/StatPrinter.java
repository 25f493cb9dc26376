package org.buckytools.cli.output;

import java.io.IOException;
import org.buckytools.protocol.MetricStat;

/** Writes the stats of metrics, each as soon as it is known. */
public interface StatPrinter {
    /**
     * Writes one.
     *
     * @param node where the metric is, as HOST:PORT
     */
    void add(String node, MetricStat stat) throws IOException;

    /** Called once, behind the last. */
    void end() throws IOException;
}
