package org.buckytools.agent.inventory;

import java.util.List;
import java.util.Optional;
import org.buckytools.protocol.MetricQuery;

/** Which names of an inventory are wanted: all conditions given must hold. Safe for use by many threads. */
public final class NameFilter {
    /** Every name. */
    public static final NameFilter ALL = new NameFilter();

    private NameFilter() {}

    /**
     * A filter for {@link MetricQuery}'s {@code regex} and {@code names}.
     *
     * @throws IllegalArgumentException if the expression is not RE2 syntax; the message says where
     */
    public static NameFilter of(Optional<String> regex, Optional<List<String>> names) {
        throw new UnsupportedOperationException();
    }

    /** This filter without names that begin with one of these. */
    public NameFilter except(List<String> prefixes) {
        throw new UnsupportedOperationException();
    }
}
