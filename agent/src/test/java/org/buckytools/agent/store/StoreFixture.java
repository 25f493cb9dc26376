package org.buckytools.agent.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Archive;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperHeader;

/** A store on real files, and Whisper files to put into it. */
final class StoreFixture implements AutoCloseable {
    static final Patience IMPATIENT = new Patience(
            Duration.ofSeconds(20),
            Duration.ofMillis(1500),
            Duration.ofSeconds(20),
            Duration.ofMillis(300),
            Duration.ofMillis(50));

    final Path root;
    private final Patience patience;
    final List<String> events = Collections.synchronizedList(new ArrayList<>());
    /** What another program does the moment a file has got its name. */
    Consumer<MetricName> afterCreated = metric -> {};

    MetricStore store;

    StoreFixture(Path root) throws IOException {
        this(root, Optional.empty(), false);
    }

    StoreFixture(Path root, Optional<Path> temporary, boolean sparse) throws IOException {
        this(root, temporary, sparse, IMPATIENT);
    }

    StoreFixture(Path root, Optional<Path> temporary, boolean sparse, Patience patience) throws IOException {
        this.root = root;
        this.patience = patience;
        this.store = open(root, temporary, sparse);
    }

    private MetricStore open(Path directory, Optional<Path> temporary, boolean sparse) throws IOException {
        StoreEvents recorder = new StoreEvents() {
            @Override
            public void created(MetricName metric) {
                events.add("created " + metric);
                afterCreated.accept(metric);
            }

            @Override
            public void deleted(MetricName metric) {
                events.add("deleted " + metric);
            }
        };
        return MetricStore.open(
                new StoreConfig(directory, temporary, sparse, false, 32L << 20),
                recorder,
                InstantSource.system(),
                patience);
    }

    static MetricName metric(String name) {
        return new MetricName(name);
    }

    /** The minute in which the tests began. By it points are written and looked up, as a minute may pass in between. */
    static final long MINUTE = now() / 60 * 60;

    static long now() {
        return Instant.now().getEpochSecond();
    }

    /**
     * A Whisper file of one-minute points for an hour and five-minute points for half a day.
     *
     * @param minutesAgo the ages of the points it has, in minutes, each with its age as value plus {@code offset}
     */
    static byte[] whisper(double offset, int... minutesAgo) {
        WhisperHeader header =
                WhisperHeader.create(List.of(new Retention(60, 60), new Retention(300, 144)), Aggregation.AVERAGE, 0f);
        ByteBuffer file = ByteBuffer.allocate((int) header.fileSize());
        header.write(file);
        ArchiveInfo fine = header.archives().getFirst();
        Archive archive = Archive.empty(fine);
        for (int minutes : minutesAgo) {
            long time = MINUTE - minutes * 60L;
            int slot = archive.isEmpty() ? 0 : archive.slotOf(time);
            archive.set(slot, time, minutes + offset);
        }
        archive.encode(file.position((int) fine.offset()), 0, fine.points());
        return file.array();
    }

    /** The points of the finest archive, as {@code age=value} in minutes, the youngest first. */
    static List<String> points(byte[] file) throws IOException {
        WhisperHeader header = WhisperHeader.parse(ByteBuffer.wrap(file), file.length, "test");
        ArchiveInfo fine = header.archives().getFirst();
        Archive archive = Archive.decode(ByteBuffer.wrap(file).position((int) fine.offset()), fine);
        List<String> points = new ArrayList<>();
        for (int minutes = 0; minutes < 60; minutes++) {
            long time = MINUTE - minutes * 60L;
            if (archive.holds(time)) {
                points.add(minutes + "=" + archive.valueAt(archive.slotOf(time)));
            }
        }
        return points;
    }

    Path path(String metric) {
        return root.resolve(metric(metric).relativePath());
    }

    /** Writes a file by other means than the store, last changed {@code age} ago. */
    Path place(String metric, byte[] content, Duration age) throws IOException {
        Path path = path(metric);
        Files.createDirectories(path.getParent());
        Files.write(path, content);
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(age)));
        return path;
    }

    Incoming upload(String metric, byte[] content) throws IOException {
        Incoming incoming = store.receive(metric(metric), content.length, 0644);
        incoming.write(0, ByteBuffer.wrap(content));
        return incoming;
    }

    StoreResult fill(String metric, byte[] content) throws IOException {
        try (Incoming incoming = upload(metric, content)) {
            return incoming.createOrFill(now());
        }
    }

    byte[] content(SourceFile file, ChunkMode mode) throws IOException {
        byte[] content = new byte[(int) file.stat().size()];
        file.forEachChunk(mode, (offset, bytes) -> bytes.get(content, (int) offset, bytes.remaining()));
        return content;
    }

    byte[] read(String metric) throws IOException {
        try (SourceFile file = store.read(metric(metric))) {
            return content(file, ChunkMode.ALL);
        }
    }

    /** Everything below the root, hidden names included, directories with a slash at the end. */
    List<String> tree() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(path -> !path.equals(root))
                    .map(path -> root.relativize(path) + (Files.isDirectory(path) ? "/" : ""))
                    .sorted()
                    .toList();
        }
    }

    static byte[] bytesOf(List<ByteBuffer> buffers) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuffer buffer : buffers) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    /** What a restart after a kill does. */
    void reopen() throws IOException {
        store.close();
        store = open(root, Optional.empty(), false);
    }

    @Override
    public void close() {
        store.close();
    }
}
