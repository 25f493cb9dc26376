package org.buckytools.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the answer to {@code /v2/misplaced}: JSON arrays in pairs, some hosts and names that should be on these, and an empty array
 * at the end. Names are gathered so that hosts need not be said with each; those of the same hosts stay in order. Not for
 * use by several threads at once.
 */
public final class OwnedNameWriter {
    /** Of one list of hosts; then it is written. */
    private static final int GATHERED_BYTES = 8 * 1024;

    /** Lists of hosts for which names are gathered; a ring with replicas may have more of them, and then all are written. */
    private static final int MOST_LISTS = 256;

    private final NameListWriter arrays;

    /** Whoever adds names has few lists of hosts, the same object for the same hosts. */
    private final IdentityHashMap<List<String>, Gathered> byOwners = new IdentityHashMap<>();

    /** {@code sink} stays open. */
    public OwnedNameWriter(OutputStream sink) {
        this.arrays = new NameListWriter(sink);
    }

    private static final class Gathered {
        private byte[] names = new byte[256];
        private int used;
        private int[] ends = new int[8];
        private int count;

        void add(byte[] utf8, int length) {
            if (used + length > names.length) {
                names = Arrays.copyOf(names, Math.max(used + length, 2 * names.length));
            }
            if (count == ends.length) {
                ends = Arrays.copyOf(ends, 2 * count);
            }
            System.arraycopy(utf8, 0, names, used, length);
            used += length;
            ends[count++] = used;
        }
    }

    /**
     * Adds a name of at most {@link MetricName#MAX_BYTES} bytes.
     *
     * @param utf8 begins with the name; not kept
     * @param owners at least one; other objects with the same hosts are fine, and only take more room
     */
    public void add(byte[] utf8, int length, List<String> owners) throws IOException {
        if (owners.isEmpty()) {
            throw new IllegalArgumentException("a name without owners");
        }
        Gathered gathered = byOwners.computeIfAbsent(owners, none -> new Gathered());
        gathered.add(utf8, length);
        if (gathered.used >= GATHERED_BYTES) {
            write(owners, gathered);
        } else if (byOwners.size() >= MOST_LISTS) {
            writeAll();
        }
    }

    /** Writes what is left and the end, and flushes the sink. */
    public void end() throws IOException {
        writeAll();
        arrays.end();
    }

    private void writeAll() throws IOException {
        for (Map.Entry<List<String>, Gathered> entry : byOwners.entrySet()) {
            write(entry.getKey(), entry.getValue());
        }
        byOwners.clear();
    }

    private void write(List<String> owners, Gathered gathered) throws IOException {
        if (gathered.count == 0) {
            return;
        }
        for (String host : owners) {
            byte[] utf8 = host.getBytes(StandardCharsets.UTF_8);
            arrays.add(utf8, 0, utf8.length);
        }
        arrays.next();
        int from = 0;
        for (int i = 0; i < gathered.count; i++) {
            int to = gathered.ends[i];
            arrays.add(gathered.names, from, to - from);
            from = to;
        }
        arrays.next();
        gathered.used = 0;
        gathered.count = 0;
    }
}
