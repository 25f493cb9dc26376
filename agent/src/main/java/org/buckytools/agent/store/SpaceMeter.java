package org.buckytools.agent.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.transfer.SpaceUsage;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.EntrySizes;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.PosixException;

/**
 * Adds up how much space metrics take. The directory of the last metric stays open, so metrics should come in their order: then
 * a file costs one call and no object. For the thread that made it, which closes it too.
 */
public final class SpaceMeter implements AutoCloseable {
    private static final byte[] ENDING = ".wsp".getBytes(UTF_8);
    private static final int NO_DIRECTORY = -1;

    private final MetricStore store;
    private final StorePaths paths;
    private final EntrySizes sizes = new EntrySizes();

    /** The dotted name of the last metric's directory, in its first bytes. */
    private byte[] directory = new byte[256];

    private int directoryLength = NO_DIRECTORY;
    private Optional<Descriptor> opened = Optional.empty();
    private final byte[] leaf = new byte[MetricName.MAX_PART_BYTES];

    private long metrics;
    private long bytes;
    private long allocated;
    private long absent;
    private long unreadable;

    SpaceMeter(MetricStore store, StorePaths paths) {
        this.store = store;
        this.paths = paths;
    }

    /**
     * Measures a metric, or counts it as absent.
     *
     * @param bytes hold the metric's name in {@code [from, to)}; it must be one of the inventory's
     * @throws IOException if its size cannot be looked up; it is counted as unreadable then
     */
    public void add(byte[] bytes, int from, int to) throws IOException {
        try {
            measure(bytes, from, to);
        } catch (IOException e) {
            unreadable++;
            throw e;
        }
    }

    private void measure(byte[] name, int from, int to) throws IOException {
        int start = to;
        while (start > from && name[start - 1] != '.') {
            start--;
        }
        enter(name, from, Math.max(from, start - 1));
        int stem = to - start;
        if (opened.isPresent() && stem + ENDING.length <= leaf.length) {
            System.arraycopy(name, start, leaf, 0, stem);
            System.arraycopy(ENDING, 0, leaf, stem, ENDING.length);
            if (sizes.find(opened.get(), leaf, 0, stem + ENDING.length) && sizes.isRegularFile()) {
                count(sizes.size(), sizes.allocatedBytes());
                return;
            }
        }
        // It may be out of sight for a moment, about to be deleted or put back; the store knows how to wait for that.
        Optional<FileStatus> status = store.status(new MetricName(new String(name, from, to - from, UTF_8)));
        if (status.isPresent()) {
            count(status.get().size(), status.get().allocatedBytes());
        } else {
            absent++;
        }
    }

    private void count(long size, long space) {
        metrics++;
        bytes += size;
        allocated += space;
    }

    private void enter(byte[] name, int from, int to) throws IOException {
        int length = to - from;
        if (directoryLength == length && Arrays.equals(directory, 0, length, name, from, to)) {
            return;
        }
        leave();
        // Before it is remembered, so that each metric of a directory that cannot be opened says so.
        opened = paths.directory(new String(name, from, length, UTF_8).replace('.', '/'));
        if (length > directory.length) {
            directory = new byte[length];
        }
        System.arraycopy(name, from, directory, 0, length);
        directoryLength = length;
    }

    private void leave() throws PosixException {
        directoryLength = NO_DIRECTORY;
        if (opened.isPresent()) {
            Descriptor last = opened.get();
            opened = Optional.empty();
            last.close();
        }
    }

    /** What was measured so far. */
    public SpaceUsage usage() {
        return new SpaceUsage(metrics, bytes, allocated, absent, unreadable);
    }

    @Override
    public void close() throws IOException {
        try {
            leave();
        } finally {
            sizes.close();
        }
    }
}
