package org.buckytools.cli.task;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.buckytools.protocol.transfer.PointCounts;

/**
 * A metric or file that has another schema now, or would get it, or has it already.
 *
 * @param node the daemon it is at, as HOST:PORT; empty for a file on this machine
 * @param name of the metric, or path of the file
 * @param changed whether a byte of it is different
 * @param before its shape, {@code 1m:1d,5m:30d average 0.5}
 * @param after its shape now
 * @param sizeBefore its length in bytes
 * @param sizeAfter its length now
 * @param points what became of its points
 */
public record Modified(
        Optional<String> node,
        String name,
        boolean changed,
        String before,
        String after,
        long sizeBefore,
        long sizeAfter,
        PointCounts points) {
    public Modified {
        requireNonNull(node, "node is null");
        requireNonNull(name, "name is null");
        requireNonNull(points, "points is null");
    }
}
