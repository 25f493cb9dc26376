package org.buckytools.agent.inventory;

import java.util.List;
import java.util.Optional;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.names.NameList;

/** Which names of an inventory are wanted: all conditions given must hold. Safe for use by many threads. */
public final class NameFilter {
    /** Every name. */
    public static final NameFilter ALL = new NameFilter();

    private NameFilter() {}

    /**
     * A filter for {@link MetricQuery}'s {@code regex} and {@code names}. The names are a {@link NameList} because a request may
     * bring 160 MiB of them; they need not be names of metrics.
     *
     * @throws IllegalArgumentException if the expression is not RE2 syntax; the message says where
     */
    public static NameFilter of(Optional<String> regex, Optional<NameList> names) {
        throw new UnsupportedOperationException();
    }

    /** This filter without names that begin with one of these. */
    public NameFilter except(List<String> prefixes) {
        throw new UnsupportedOperationException();
    }
}
