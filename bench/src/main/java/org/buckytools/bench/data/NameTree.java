package org.buckytools.bench.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.buckytools.hashring.RingLookup;

/**
 * Stores that are there for their names: every file is a hard link to one of a few small Whisper files. Names are those of hosts
 * with 200 metrics each, ten folders of 20.
 */
public final class NameTree {
    private static final int METRICS_PER_HOST = 200;
    private static final int METRICS_PER_FOLDER = 20;
    private static final int DATA_CENTERS = 7;

    /** A file can have no more links than 65,000 on ext4. */
    private static final int LINKS_PER_FILE = 50_000;

    private static final String SCHEMA = "60s:1h";

    private final int count;
    private final AtomicLong folders = new AtomicLong();

    /** Names of this number; nothing is written yet. */
    public NameTree(int count) {
        this.count = count;
    }

    /** How many names. */
    public int count() {
        return count;
    }

    /** How many folders there are in the stores that were written, without the stores themselves. */
    public long folders() {
        return folders.get();
    }

    /** Bytes of each file. */
    public long fileSize() {
        return template().size();
    }

    /** The largest number of inodes that writing may take: on tmpfs every link counts as one. */
    public long inodes() {
        return count + count / 4L;
    }

    private static WhisperTemplates template() {
        return WhisperTemplates.create(
                SCHEMA,
                1,
                WhisperTemplates.Recent.NONE,
                0,
                InstantSource.system().instant().getEpochSecond(),
                1);
    }

    /** An expression that the names of the first {@code dataCenters} of seven match. */
    public static String expression(int dataCenters) {
        return "^prod\\.dc0[0-" + (dataCenters - 1) + "]\\.";
    }

    /** The folders of the first {@code dataCenters} of seven, below a store. */
    public static List<Path> folders(Path store, int dataCenters) {
        return IntStream.range(0, dataCenters)
                .mapToObj(i -> store.resolve(String.format(Locale.ROOT, "prod/dc%02d", i)))
                .toList();
    }

    /** How many names are of the first {@code dataCenters}. */
    public int countOf(int dataCenters) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            if (i / METRICS_PER_HOST % DATA_CENTERS < dataCenters) {
                found++;
            }
        }
        return found;
    }

    /** Like {@code prod.dc03.web00017.sys04.metric_0003488}; written so since there are millions of them. */
    static String name(int metric) {
        int host = metric / METRICS_PER_HOST;
        StringBuilder name = new StringBuilder("prod.dc");
        padded(name, host % DATA_CENTERS, 2);
        padded(name.append(".web"), host, 5);
        padded(name.append(".sys"), metric % METRICS_PER_HOST / METRICS_PER_FOLDER, 2);
        padded(name.append(".metric_"), metric, 7);
        return name.toString();
    }

    private static void padded(StringBuilder text, int number, int digits) {
        String shown = Integer.toString(number);
        text.repeat('0', digits - shown.length()).append(shown);
    }

    /** Writes all names to one store. */
    public void write(Path store) throws IOException, InterruptedException {
        write(List.of(store), metric -> 0);
    }

    /**
     * Writes names to several stores.
     *
     * @param nodeOf gives the index of a metric's store
     */
    public void write(List<Path> stores, IntUnaryOperator nodeOf) throws IOException, InterruptedException {
        ByteBuffer content = template().whole(0);
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        int hosts = (count + METRICS_PER_HOST - 1) / METRICS_PER_HOST;
        int parts = Math.max(1, (count + LINKS_PER_FILE - 1) / LINKS_PER_FILE);
        InParallel.forEach(parts, part -> {
            int from = (int) ((long) hosts * part / parts) * METRICS_PER_HOST;
            int to = Math.min(count, (int) ((long) hosts * (part + 1) / parts) * METRICS_PER_HOST);
            writePart(stores, nodeOf, bytes, from, to);
        });
        for (Path store : stores) {
            Path root = store.resolve("prod");
            if (Files.exists(root)) {
                try (Stream<Path> dataCenters = Files.list(root)) {
                    folders.addAndGet(1 + dataCenters.count());
                }
            }
        }
    }

    private void writePart(List<Path> stores, IntUnaryOperator nodeOf, byte[] bytes, int from, int to)
            throws IOException {
        Path[] sources = new Path[stores.size()];
        Path[] made = new Path[stores.size()];
        for (int i = from; i < to; i++) {
            int node = nodeOf.applyAsInt(i);
            Path file = stores.get(node).resolve(name(i).replace('.', '/') + ".wsp");
            Path folder = file.getParent();
            if (!folder.equals(made[node])) {
                boolean newHost = !Files.exists(folder.getParent());
                Files.createDirectories(folder);
                folders.addAndGet(newHost ? 2 : 1);
                made[node] = folder;
            }
            if (sources[node] == null) {
                Files.write(file, bytes);
                sources[node] = file;
            } else {
                Files.createLink(file, sources[node]);
            }
        }
    }

    /**
     * Checks a program's output, one name a line in whatever order.
     *
     * @throws WrongResultException if it is not each name once
     */
    public void checkNames(Path output) throws IOException {
        checkNames(output, metric -> true);
    }

    /**
     * Checks a program's output, one name a line in whatever order, perhaps with {@code HOST:PORT: } before it.
     *
     * @param wanted which of the names should be there
     * @throws WrongResultException if it is not each of them once
     */
    public void checkNames(Path output, IntPredicate wanted) throws IOException {
        long lines = 0;
        long sum = 0;
        try (BufferedReader reader = Files.newBufferedReader(output, StandardCharsets.ISO_8859_1)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines++;
                sum += sum(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        long wantedLines = 0;
        long wantedSum = 0;
        for (int i = 0; i < count; i++) {
            if (wanted.test(i)) {
                wantedLines++;
                wantedSum += sum(name(i));
            }
        }
        if (lines != wantedLines) {
            throw new WrongResultException("there are " + lines + " names, not " + wantedLines);
        }
        if (sum != wantedSum) {
            throw new WrongResultException("there are other names than there should be");
        }
    }

    /** The node that the ring gives each name to. */
    public byte[] owners() {
        byte[] owners = new byte[count];
        RingLookup lookup = Nodes.RING.lookup();
        for (int i = 0; i < count; i++) {
            owners[i] = (byte) lookup.firstStore(name(i));
        }
        return owners;
    }

    private static long sum(String line) {
        CRC32C crc = new CRC32C();
        crc.update(line.getBytes(StandardCharsets.ISO_8859_1));
        return crc.getValue() * line.length();
    }
}
