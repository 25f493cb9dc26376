package org.buckytools.agent.store;

import java.io.IOException;
import org.buckytools.protocol.MetricName;

/** A metric's file cannot be made or written because of what is in its way: a link, a directory, a file as folder. */
public final class UnusablePathException extends IOException {
    UnusablePathException(MetricName metric, String problem) {
        super(metric + ": " + problem);
    }
}
