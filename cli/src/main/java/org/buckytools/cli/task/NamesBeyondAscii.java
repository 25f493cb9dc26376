package org.buckytools.cli.task;

import java.util.List;
import java.util.Optional;
import org.buckytools.cli.output.Quantities;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.NameSink;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.names.TaggedSeries;

/**
 * Notices names that a ring of carbon-c-relay places elsewhere than programs with a ring of the same name: those with bytes
 * above 127, see {@link RingType#hashesSignedBytes}. Safe for use by many threads.
 */
public final class NamesBeyondAscii {
    private final RingType ring;

    // Guarded by this.
    private long count;
    private String example = "";

    /** For names that this ring places. */
    public NamesBeyondAscii(HashRing ring) {
        this.ring = ring.type();
    }

    /** Looks at a name that is placed. */
    public void look(String metric) {
        if (ring.hashesSignedBytes() && isBeyond(metric) && isBeyond(hashed(metric))) {
            found(metric);
        }
    }

    /** Looks at names before they go on. */
    NameSink before(NameSink names) {
        if (!ring.hashesSignedBytes()) {
            return names;
        }
        return (utf8, from, to) -> {
            if (isBeyond(utf8, from, to)) {
                look(NameSink.text(utf8, from, to));
            }
            names.name(utf8, from, to);
        };
    }

    /** Looks at all of these. */
    public NamesBeyondAscii lookAt(List<NameList> lists) {
        if (ring.hashesSignedBytes()) {
            for (NameList list : lists) {
                NameList.Cursor names = list.cursor();
                while (names.next()) {
                    if (isBeyond(names.bytes(), 0, names.length())) {
                        look(names.name());
                    }
                }
            }
        }
        return this;
    }

    private static boolean isBeyond(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBeyond(String text) {
        return text.chars().anyMatch(c -> c > 127);
    }

    /** The part of a name that such rings hash: what stands before its tags. */
    private static String hashed(String metric) {
        String key = MetricName.isValid(metric)
                ? TaggedSeries.ringKey(new MetricName(metric)).orElse("")
                : metric;
        int tags = key.indexOf(';');
        return tags < 0 ? key : key.substring(0, tags);
    }

    private synchronized void found(String metric) {
        // The same one each time, whoever comes first.
        example = count == 0 || metric.compareTo(example) < 0 ? metric : example;
        count++;
    }

    /** What to warn of, as the end of a sentence; empty if there was no such name. */
    public synchronized Optional<String> warning() {
        return count == 0
                ? Optional.empty()
                : Optional.of(Quantities.count(count, "metric has", "metrics have")
                        + " characters beyond ASCII in the name, for example " + example + "; " + ring.wireName()
                        + " places them as carbon-c-relay on x86 does, where the Go tools would put them elsewhere: see"
                        + " \"Bytes above 127\" in docs/hash-rings.md");
    }
}
