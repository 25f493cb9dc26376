package org.buckytools.bench.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.buckytools.hashring.RingLookup;

/** Metrics whose files are written to a store, or looked for in the stores of all nodes. */
public final class MetricSet {
    private static final int HOSTS = 97;
    private static final int SERVICES = 13;

    private final int count;
    private final WhisperTemplates templates;
    private final FileShape shape;
    private final byte[] owners;

    /** How files are written. */
    public enum FileShape {
        /** All their bytes. */
        DENSE,
        /** Without their blocks of zeros, which are holes. */
        SPARSE
    }

    /** Metrics of this number, whose names do not depend on anything else. */
    public MetricSet(int count, WhisperTemplates templates, FileShape shape) {
        this.count = count;
        this.templates = templates;
        this.shape = shape;
        this.owners = new byte[count];
        RingLookup lookup = Nodes.RING.lookup();
        for (int i = 0; i < count; i++) {
            owners[i] = (byte) lookup.firstStore(name(i));
        }
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** Bytes of each file. */
    public long fileSize() {
        return templates.size();
    }

    /** Whether files are written with holes. */
    public boolean isSparse() {
        return shape == FileShape.SPARSE;
    }

    /** How many do not belong to the first node. */
    public int foreignToFirst() {
        int foreign = 0;
        for (byte owner : owners) {
            foreign += owner == 0 ? 0 : 1;
        }
        return foreign;
    }

    static String name(int metric) {
        return String.format(Locale.ROOT, "bench.h%03d.svc%02d.m%06d", metric % HOSTS, metric % SERVICES, metric);
    }

    private static String path(int metric) {
        return name(metric).replace('.', '/') + ".wsp";
    }

    /** Which metrics: those of everybody, or those that are not the first node's. */
    public enum Part {
        ALL,
        FOREIGN_TO_FIRST
    }

    private boolean isIn(Part part, int metric) {
        return part == Part.ALL || owners[metric] != 0;
    }

    /** Writes files below a folder. */
    public void write(Path store, Part part) throws IOException, InterruptedException {
        makeFolders(store, part);
        InParallel.forEach(count, i -> {
            if (isIn(part, i)) {
                writeFile(store.resolve(path(i)), templates.whole(i));
            }
        });
    }

    /** Writes every file to its owner. */
    public void writePlaced(List<Path> stores) throws IOException, InterruptedException {
        for (Path store : stores) {
            makeFolders(store, Part.ALL);
        }
        InParallel.forEach(count, i -> writeFile(stores.get(owners[i]).resolve(path(i)), templates.whole(i)));
    }

    /** Writes every file to a node that is not its owner, so that each node has files for each other. */
    public void writeScattered(List<Path> stores) throws IOException, InterruptedException {
        for (Path store : stores) {
            makeFolders(store, Part.ALL);
        }
        InParallel.forEach(
                count, i -> writeFile(stores.get(scattered(i, stores.size())).resolve(path(i)), templates.whole(i)));
    }

    private int scattered(int metric, int nodes) {
        return (owners[metric] + 1 + metric % (nodes - 1)) % nodes;
    }

    /** Where the files will be, after {@link #writeScattered}, that neither are on a node nor belong there. */
    public List<Path> scatteredBetweenOthersThan(int node, List<Path> stores) {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (owners[i] != node && scattered(i, stores.size()) != node) {
                files.add(stores.get(owners[i]).resolve(path(i)));
            }
        }
        return files;
    }

    /** Writes the files with gaps of all metrics that are not the first node's, each to its owner. */
    public void writeGapped(List<Path> stores) throws IOException, InterruptedException {
        for (Path store : stores.subList(1, stores.size())) {
            makeFolders(store, Part.FOREIGN_TO_FIRST);
        }
        InParallel.forEach(count, i -> {
            if (isIn(Part.FOREIGN_TO_FIRST, i)) {
                writeFile(stores.get(owners[i]).resolve(path(i)), templates.gapped(i));
            }
        });
    }

    private void makeFolders(Path store, Part part) throws IOException {
        Files.createDirectories(store);
        Set<Path> made = new HashSet<>();
        for (int i = 0; i < count; i++) {
            Path folder = store.resolve(path(i)).getParent();
            if (isIn(part, i) && made.add(folder)) {
                Files.createDirectories(folder);
            }
        }
    }

    private void writeFile(Path path, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            if (shape == FileShape.DENSE) {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } else {
                SparseWriter.write(channel, bytes);
            }
        }
    }

    /**
     * Checks what a rebalance has left: each file once, at its owner, with the right bytes, and nothing else.
     *
     * @param inexactAllowed whether files with other bytes are only counted
     * @return how many files have other bytes than they should
     * @throws WrongResultException if something is missing, left over, or wrong
     */
    public int checkPlaced(List<Path> stores, boolean inexactAllowed) throws IOException, InterruptedException {
        AtomicInteger different = new AtomicInteger();
        InParallel.forEach(count, i -> {
            for (int node = 0; node < stores.size(); node++) {
                Path file = stores.get(node).resolve(path(i));
                if (node != owners[i]) {
                    if (Files.exists(file)) {
                        throw new WrongResultException(file + " should be gone");
                    }
                } else if (!hasBytes(file, templates.whole(i))) {
                    different.incrementAndGet();
                    if (!inexactAllowed) {
                        throw new WrongResultException(file + " has other bytes than it should");
                    }
                }
            }
        });
        checkCount(stores, count);
        return different.get();
    }

    /** Checks that a folder is a copy of a part of the metrics. */
    public void checkCopy(Path folder, Part part) throws IOException, InterruptedException {
        AtomicInteger wanted = new AtomicInteger();
        InParallel.forEach(count, i -> {
            if (isIn(part, i)) {
                wanted.incrementAndGet();
                Path file = folder.resolve(path(i));
                if (!hasBytes(file, templates.whole(i))) {
                    throw new WrongResultException(file + " has other bytes than it should");
                }
            }
        });
        checkCount(List.of(folder), wanted.get());
    }

    /** Every file counts, hidden ones too: what a program leaves behind is a fault. */
    private static void checkCount(List<Path> folders, long wanted) throws IOException {
        long found = 0;
        for (Path folder : folders) {
            try (Stream<Path> all = Files.walk(folder)) {
                found += all.filter(path -> !Files.isDirectory(path)).count();
            }
        }
        if (found != wanted) {
            throw new WrongResultException("there are " + found + " files, not " + wanted);
        }
    }

    private static boolean hasBytes(Path file, ByteBuffer wanted) throws IOException {
        if (!Files.exists(file)) {
            throw new WrongResultException(file + " is missing");
        }
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() != wanted.remaining()) {
                return false;
            }
            ByteBuffer found = ByteBuffer.allocateDirect(1 << 16);
            while (wanted.hasRemaining()) {
                found.clear();
                if (channel.read(found) < 0) {
                    return false;
                }
                found.flip();
                ByteBuffer part = wanted.slice(wanted.position(), found.remaining());
                if (part.mismatch(found) >= 0) {
                    return false;
                }
                wanted.position(wanted.position() + found.limit());
            }
            return true;
        }
    }

    /** Bytes on disk below a folder, holes not counted: what the files' blocks take. */
    public static long allocatedBytes(List<Path> folders) throws IOException {
        long blocks = 0;
        for (Path folder : folders) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : (Iterable<Path>) all::iterator) {
                    if (!Files.isDirectory(path)) {
                        blocks += SparseWriter.allocatedBytes(path);
                    }
                }
            }
        }
        return blocks;
    }
}
