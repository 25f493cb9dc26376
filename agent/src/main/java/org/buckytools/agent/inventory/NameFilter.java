package org.buckytools.agent.inventory;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.names.NameList;

/** Which names of an inventory are wanted: all conditions given must hold. Safe for use by many threads. */
public final class NameFilter {
    /** Every name. */
    public static final NameFilter ALL = new NameFilter(Optional.empty(), Optional.empty(), PrefixSet.NONE);

    private final Optional<NamePattern> pattern;
    private final Optional<NameList> names;
    private final PrefixSet excepted;

    private NameFilter(Optional<NamePattern> pattern, Optional<NameList> names, PrefixSet excepted) {
        this.pattern = pattern;
        this.names = names;
        this.excepted = excepted;
    }

    /**
     * A filter for {@link MetricQuery}'s {@code regex} and {@code names}. The names are a {@link NameList} because a request may
     * bring 160 MiB of them; they need not be names of metrics.
     *
     * @throws IllegalArgumentException if the expression is not RE2 syntax; the message says what is wrong with it
     */
    public static NameFilter of(Optional<String> regex, Optional<NameList> names) {
        return new NameFilter(regex.map(NamePattern::compile), names, PrefixSet.NONE);
    }

    /** This filter without names that begin with one of these. */
    public NameFilter except(List<String> prefixes) {
        return new NameFilter(pattern, names, excepted.with(prefixes));
    }

    /** The names of a sorted sequence that pass, for one thread. */
    Selection select(MergedNames from) {
        return new Selection(from);
    }

    /** A position among the names that pass. Before the first {@link #next} there is no name. For one thread at a time. */
    public final class Selection {
        private static final byte[] NOTHING = {};

        private final MergedNames from;
        private final Optional<NamePattern.Finder> finder = pattern.map(NamePattern::finder);
        private final byte[] beginning = pattern.map(NamePattern::beginning).orElse(NOTHING);
        private final Optional<NameList.Cursor> wanted = names.map(NameList::cursor);
        private boolean begun;

        private Selection(MergedNames from) {
            this.from = from;
        }

        /** Goes on to the next name that passes; false at the end. */
        public boolean next() {
            while (step()) {
                byte[] name = from.bytes();
                int length = from.length();
                if (!PrefixSet.begins(name, length, beginning)) {
                    return false;
                }
                if (!excepted.hasBeginningOf(name, length)
                        && (finder.isEmpty() || finder.get().isIn(name, length))) {
                    return true;
                }
            }
            return false;
        }

        /** To the next name with the right beginning that is wanted, or to one behind all of that beginning. */
        private boolean step() {
            boolean more = begun ? from.next() : from.nextNotBefore(beginning, beginning.length);
            if (wanted.isEmpty() || !more) {
                begun = true;
                return more;
            }
            NameList.Cursor other = wanted.get();
            if (!begun) {
                begun = true;
                if (!other.nextNotBefore(from.bytes(), from.length())) {
                    return false;
                }
            }
            return meet(other);
        }

        /** Both sequences go on by turns until they stand on the same name. */
        private boolean meet(NameList.Cursor other) {
            while (true) {
                int order = Arrays.compareUnsigned(from.bytes(), 0, from.length(), other.bytes(), 0, other.length());
                if (order == 0) {
                    return true;
                }
                boolean more = order < 0
                        ? from.nextNotBefore(other.bytes(), other.length())
                        : other.nextNotBefore(from.bytes(), from.length());
                if (!more) {
                    return false;
                }
            }
        }

        /** The array whose first {@link #length} bytes are the current name; not to be changed, perhaps another one each time. */
        public byte[] bytes() {
            return from.bytes();
        }

        /** Of the name, in bytes. */
        public int length() {
            return from.length();
        }
    }
}
