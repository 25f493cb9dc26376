package org.buckytools.cli.testmetrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;

/** A prefix and a number from 0 on, of six digits or more. */
final class CountedNames implements MetricNames {
    private static final int DIGITS = 6;

    private final byte[] prefix;
    private final long count;

    CountedNames(String prefix, long count) {
        this.prefix = prefix.getBytes(UTF_8);
        this.count = count;
    }

    @Override
    public void forEach(Action action) throws IOException, InterruptedException {
        byte[] name = Arrays.copyOf(prefix, prefix.length + DIGITS);
        Arrays.fill(name, prefix.length, name.length, (byte) '0');
        for (long i = 0; i < count; i++) {
            action.accept(name, 0, name.length);
            name = increment(name);
        }
    }

    /** Counts up in place, as long as there are digits enough. */
    private byte[] increment(byte[] name) {
        int at = name.length - 1;
        while (at >= prefix.length && name[at] == '9') {
            name[at--] = '0';
        }
        if (at >= prefix.length) {
            name[at]++;
            return name;
        }
        byte[] longer = Arrays.copyOf(name, name.length + 1);
        longer[prefix.length] = '1';
        longer[name.length] = '0';
        return longer;
    }
}
