package org.buckytools.agent.store;

import org.buckytools.protocol.MetricName;

/**
 * Where a metric's file is. The only way from a name to a path.
 *
 * @param directory relative to the root, {@code a/b}; empty for the root itself
 * @param stem the file's name without its ending, {@code c}: what it is called inside hidden directories, where nothing else
 *     shall take it for a metric
 * @param leaf the file's name, {@code c.wsp}
 */
record Place(String directory, String stem, String leaf) {
    private static final String ENDING = ".wsp";

    static Place of(MetricName metric) {
        // Parts between dots are never empty and hold no slash, so this is the same as taking relativePath() apart.
        String name = metric.value();
        int dot = name.lastIndexOf('.');
        String stem = name.substring(dot + 1);
        return new Place(dot < 0 ? "" : name.substring(0, dot).replace('.', '/'), stem, stem + ENDING);
    }

    /** The path relative to the root, {@code a/b/c.wsp}. */
    String path() {
        return directory.isEmpty() ? leaf : directory + "/" + leaf;
    }
}
