package org.buckytools.agent.store;

import org.buckytools.protocol.MetricName;

/**
 * Where a metric's file is. The only way from a name to a path.
 *
 * @param directory relative to the root, {@code a/b}; empty for the root itself
 * @param stem the file's name without its ending, {@code c}: what it is called inside hidden directories, where nothing else
 *     shall take it for a metric
 */
record Place(String directory, String stem) {
    private static final String ENDING = ".wsp";

    static Place of(MetricName metric) {
        String path = metric.relativePath();
        int slash = path.lastIndexOf('/');
        return new Place(
                slash < 0 ? "" : path.substring(0, slash), path.substring(slash + 1, path.length() - ENDING.length()));
    }

    /** The file's name, {@code c.wsp}. */
    String leaf() {
        return stem + ENDING;
    }

    /** The path relative to the root, {@code a/b/c.wsp}. */
    String path() {
        return directory.isEmpty() ? leaf() : directory + "/" + leaf();
    }
}
