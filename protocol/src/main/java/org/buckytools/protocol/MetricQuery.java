package org.buckytools.protocol;

import java.util.List;
import java.util.Optional;

/**
 * Which metrics of a daemon are meant; the daemon evaluates it.
 *
 * @param regex only names in which this RE2 expression matches somewhere
 * @param names only these; without it, all
 * @param rescan whether the inventory is to be rescanned first ({@code force} on the wire)
 */
public record MetricQuery(Optional<String> regex, Optional<List<String>> names, boolean rescan) {
    /** Every metric, from the inventory as it is. */
    public static final MetricQuery ALL = new MetricQuery(Optional.empty(), Optional.empty(), false);

    public MetricQuery {
        names = names.map(List::copyOf);
    }
}
