package org.buckytools.cli.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Archive;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperFile.Access;
import org.buckytools.whisper.WhisperFile.Allocation;
import org.buckytools.whisper.WhisperFile.Existing;
import org.buckytools.whisper.WhisperHeader;

/** Whisper files for tests. */
public final class WhisperSamples {
    /** The present of these files, a full hour. */
    public static final long NOW = 1_700_002_800L;

    private static final FileTime LONG_AGO = FileTime.from(Instant.ofEpochSecond(NOW, 123_456_789));

    private WhisperSamples() {}

    /** A file of one hour of minutes and one day of five minutes, its folders made, last written long ago. */
    public static Path file(Path path, Point... points) throws IOException {
        return file(path, "1m:1h,5m:1d", points);
    }

    /** A file of other retentions. */
    public static Path file(Path path, String retentions, Point... points) throws IOException {
        Files.createDirectories(path.getParent());
        WhisperFile.create(
                path,
                WhisperHeader.create(Retention.parseList(retentions), Aggregation.AVERAGE, 0),
                Allocation.SPARSE,
                Existing.REFUSE);
        try (WhisperFile file = WhisperFile.open(path, Access.WRITE)) {
            file.updateMany(List.of(points), NOW);
        }
        return old(path);
    }

    /** Puts a point where an archive has it, whatever time it is. */
    public static Path put(Path path, int archive, Point point) throws IOException {
        try (WhisperFile file = WhisperFile.open(path, Access.WRITE)) {
            ArchiveInfo info = file.header().archives().get(archive);
            Archive all = file.readArchive(info);
            all.set(all.isEmpty() ? 0 : all.slotOf(point.time()), point.time(), point.value());
            all.write(file.channel());
        }
        return old(path);
    }

    /** A file that is no Whisper file. */
    public static Path corrupt(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        return Files.writeString(path, "junk");
    }

    /** A file that begins as go-carbon's compressed ones. */
    public static Path compressed(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        byte[] start = "whisper_compressed".getBytes(StandardCharsets.US_ASCII);
        Files.write(path, Arrays.copyOf(start, 500));
        return old(path);
    }

    /** Makes a file look written long ago. */
    public static Path old(Path path) throws IOException {
        return Files.setLastModifiedTime(path, LONG_AGO);
    }

    /** The points of an archive, by time. */
    public static SortedMap<Long, Double> points(Path path, int archive) throws IOException {
        SortedMap<Long, Double> points = new TreeMap<>();
        try (WhisperFile file = WhisperFile.open(path, Access.READ)) {
            Archive all = file.readArchive(file.header().archives().get(archive));
            for (int slot = 0; slot < all.info().points(); slot++) {
                if (all.timeAt(slot) != 0) {
                    points.put(all.timeAt(slot), all.valueAt(slot));
                }
            }
        }
        return points;
    }

    /** A point so many minutes before {@link #NOW}. */
    public static Point ago(int minutes, double value) {
        return new Point(NOW - minutes * 60L, value);
    }

    /** What is in a directory and below, apart from directories. */
    public static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
