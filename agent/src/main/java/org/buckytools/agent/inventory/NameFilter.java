package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.names.NameList;

/** Which names of an inventory are wanted: all conditions given must hold. Safe for use by many threads. */
public final class NameFilter {
    /** Every name. */
    public static final NameFilter ALL = new NameFilter(Optional.empty(), Optional.empty(), List.of());

    private final Optional<Pattern> regex;
    private final Optional<NameList> names;
    private final List<byte[]> exceptPrefixes;

    private NameFilter(Optional<Pattern> regex, Optional<NameList> names, List<byte[]> exceptPrefixes) {
        this.regex = regex;
        this.names = names;
        this.exceptPrefixes = List.copyOf(exceptPrefixes);
    }

    /**
     * A filter for {@link MetricQuery}'s {@code regex} and {@code names}. The names are a {@link NameList} because a request may
     * bring 160 MiB of them; they need not be names of metrics.
     *
     * @throws IllegalArgumentException if the expression is not RE2 syntax; the message says where
     */
    public static NameFilter of(Optional<String> regex, Optional<NameList> names) {
        return new NameFilter(regex.map(NameFilter::compile), names, List.of());
    }

    private static Pattern compile(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("not a regular expression of RE2: " + e.getMessage(), e);
        }
    }

    /** This filter without names that begin with one of these. */
    public NameFilter except(List<String> prefixes) {
        List<byte[]> all = new ArrayList<>(exceptPrefixes);
        prefixes.forEach(prefix -> all.add(prefix.getBytes(UTF_8)));
        return new NameFilter(regex, names, all);
    }

    /** For one pass over sorted names, by one thread. */
    Pass pass() {
        return new Pass();
    }

    /** Judges names that come in the order of their bytes. */
    final class Pass {
        // The matcher takes whole arrays only. Names have few different lengths.
        private final byte[][] byLength = new byte[512][];
        private final Matcher matcher =
                regex.map(pattern -> pattern.matcher(new byte[0])).orElse(null);
        private final NameList.Cursor wanted = names.map(NameList::cursor).orElse(null);
        private boolean wantedLeft = wanted != null && wanted.next();

        /** Whether no further name can pass. */
        boolean isOver() {
            return wanted != null && !wantedLeft;
        }

        /** Whether a name passes, which comes after all that were asked for before. */
        boolean accepts(byte[] name, int length) {
            return isWanted(name, length) && !isExcepted(name, length) && matches(name, length);
        }

        private boolean isWanted(byte[] name, int length) {
            if (wanted == null) {
                return true;
            }
            while (wantedLeft) {
                int order = Arrays.compareUnsigned(wanted.bytes(), 0, wanted.length(), name, 0, length);
                if (order >= 0) {
                    return order == 0;
                }
                wantedLeft = wanted.next();
            }
            return false;
        }

        private boolean isExcepted(byte[] name, int length) {
            for (byte[] prefix : exceptPrefixes) {
                if (length >= prefix.length && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length)) {
                    return true;
                }
            }
            return false;
        }

        private boolean matches(byte[] name, int length) {
            if (matcher == null) {
                return true;
            }
            byte[] exact;
            if (length < byLength.length) {
                if (byLength[length] == null) {
                    byLength[length] = new byte[length];
                }
                exact = byLength[length];
            } else {
                exact = new byte[length];
            }
            System.arraycopy(name, 0, exact, 0, length);
            return matcher.reset(exact).find();
        }
    }
}
