package org.buckytools.cli.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.buckytools.whisper.UnreadableWhisperFileException;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.fill.FillPlan;
import org.buckytools.whisper.fill.LaterPoints;
import org.buckytools.whisper.fill.WhisperImage;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.DirectoryReader;
import org.buckytools.whisper.posix.FileContent;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;

/**
 * Gives files a new content in place, so that whoever has one open goes on with the same file. The content is first written
 * whole beside it and made durable, in {@code .bucky-replace-<16 hex>/NAME}, as daemons do: if the process is killed while it
 * copies, {@link #finish} of the next run, or a daemon that starts on that store, copies it again.
 *
 * <p>Safe for use by many threads, each with files of its own.
 */
final class Replacement {
    private static final String PREFIX = ".bucky-replace-";
    private static final Pattern SHAPE = Pattern.compile("\\.bucky-replace-[0-9a-f]{16}");
    private static final String STAGE_PREFIX = ".bucky-";
    private static final String SUFFIX = ".wsp";
    private static final int BLOCK = 4096;
    private static final int PIECE = 256 * BLOCK;

    private final HiddenNames names = new HiddenNames();

    /** By directory: the hidden directories that were there when it was first looked at, of this program or a daemon. */
    private final Map<DirectoryId, List<String>> leftovers = new ConcurrentHashMap<>();

    private record DirectoryId(long device, long inode) {}

    /**
     * Completes what a killed process had begun with this file. Points that were written into it since are kept, as far as they
     * can be told: they are later than the beginning of the replacement, and the new header was in place already.
     *
     * @param now Unix seconds
     * @param file open for writing, and locked exclusively by the caller, so that nobody is at it
     * @return whether there was something to complete
     */
    boolean finish(Place place, Descriptor file, long now) throws IOException {
        boolean finished = false;
        for (String hidden : hiddenIn(place)) {
            Optional<Descriptor> found = FileTree.find(place.directory(), hidden, OpenFlag.DIRECTORY);
            if (found.isEmpty()) {
                continue;
            }
            try (Descriptor inside = found.get()) {
                // Set when the stage was moved into it, and by nothing else.
                long began = FileStatus.of(inside).modifiedSeconds();
                Optional<Descriptor> stage = FileTree.find(inside, stageName(place), OpenFlag.WRITE);
                if (stage.isPresent()) {
                    try (Descriptor content = stage.get()) {
                        keepLater(file, content, began, now);
                        copy(content, file, isSparse(FileStatus.of(content)));
                    }
                    FileTree.remove(inside, stageName(place));
                    finished = true;
                }
            }
            FileTree.removeEmptyDirectory(place.directory(), hidden);
        }
        if (finished) {
            place.directory().sync();
        }
        return finished;
    }

    /** Fills into the stage first, so that nothing is lost if this breaks off, too. */
    private static void keepLater(Descriptor half, Descriptor stage, long began, long now) throws IOException {
        WhisperImage whole = WhisperImage.read(stage);
        long size = FileStatus.of(half).size();
        int bytes = (int) whole.header().fileSize();
        try (Arena arena = Arena.ofConfined()) {
            if (size < bytes
                    || !WhisperHeader.parse(LockedSource.head(half, size), size, half.path())
                            .archives()
                            .equals(whole.header().archives())) {
                return;
            }
            MemorySegment found = arena.allocate(bytes);
            FileContent.readFully(half, found, 0);
            FillPlan plan = LaterPoints.find(found.asByteBuffer(), half.path(), whole, began, now)
                    .plan();
            if (plan.report().changed()) {
                plan.apply(stage);
                stage.syncData();
            }
        } catch (UnreadableWhisperFileException e) {
            // Half a header: no writer can have written anything into that.
            return;
        }
    }

    /** Whether {@link #finish} would do something. */
    boolean isUnfinished(Place place) throws IOException {
        for (String hidden : hiddenIn(place)) {
            Optional<Descriptor> found = FileTree.find(place.directory(), hidden, OpenFlag.DIRECTORY);
            if (found.isPresent()) {
                try (Descriptor inside = found.get()) {
                    if (FileTree.status(inside, stageName(place)).isPresent()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private List<String> hiddenIn(Place place) throws IOException {
        FileStatus directory = FileStatus.of(place.directory());
        DirectoryId id = new DirectoryId(directory.device(), directory.inode());
        List<String> found = leftovers.get(id);
        if (found == null) {
            found = hiddenIn(place.directory());
            leftovers.put(id, found);
        }
        List<String> all = new ArrayList<>(found);
        String own = hiddenName(place);
        if (!all.contains(own)) {
            all.add(own);
        }
        return all;
    }

    private static List<String> hiddenIn(Descriptor directory) throws IOException {
        List<String> hidden = new ArrayList<>();
        try (DirectoryReader reader = DirectoryReader.open(directory, new byte[] {'.'})) {
            while (reader.next()) {
                if (reader.nameByte(0) == '.') {
                    String name = new String(reader.name(), UTF_8);
                    if (SHAPE.matcher(name).matches()) {
                        hidden.add(name);
                    }
                }
            }
        }
        return List.copyOf(hidden);
    }

    /** Always the same for a file, so that the next run finds it without looking through the directory. */
    private static String hiddenName(Place place) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(place.leaf().getBytes(UTF_8));
            return PREFIX + HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Inside the hidden directory, where nothing else shall take it for a metric: as daemons call it. */
    private static String stageName(Place place) {
        String leaf = place.leaf();
        return leaf.endsWith(SUFFIX) && leaf.length() > SUFFIX.length()
                ? leaf.substring(0, leaf.length() - SUFFIX.length())
                : leaf + "~";
    }

    /**
     * Replaces the content of a file; durable on return. Owner, mode and inode stay.
     *
     * @param file open for writing, and locked exclusively by the caller; {@link #finish} was called
     * @param content native memory
     * @throws IOException if it failed; the file is as it was, or the message says where its whole new content is
     */
    void replace(Place place, Descriptor file, MemorySegment content) throws IOException {
        Descriptor directory = place.directory();
        boolean sparse = isSparse(FileStatus.of(file));
        String stage = names.make(STAGE_PREFIX);
        Descriptor made = FileTree.create(directory, stage, 0600)
                .orElseThrow(() -> new IOException(directory.path() + "/" + stage + " exists already"));
        String hidden = hiddenName(place);
        boolean moved = false;
        try (Descriptor whole = made) {
            write(whole, content);
            // Before a byte of the old content is gone, so that a full disk costs nothing.
            if (!sparse) {
                FileContent.reserve(file, 0, content.byteSize());
            }
            whole.sync();
            FileTree.createDirectory(directory, hidden, 0700);
            try (Descriptor inside = FileTree.find(directory, hidden, OpenFlag.DIRECTORY)
                    .orElseThrow(() -> new IOException(directory.path() + "/" + hidden + " is gone"))) {
                moved = FileTree.renameNoReplace(directory, stage, inside, stageName(place));
                if (!moved) {
                    throw new IOException(directory.path() + "/" + hidden + " holds another content for this file");
                }
                inside.sync();
                directory.sync();
                apply(place, whole, file, sparse, hidden);
                FileTree.remove(inside, stageName(place));
            }
        } finally {
            if (!moved) {
                FileTree.remove(directory, stage);
                FileTree.removeEmptyDirectory(directory, hidden);
            }
        }
        FileTree.removeEmptyDirectory(directory, hidden);
        directory.sync();
    }

    private static void apply(Place place, Descriptor whole, Descriptor file, boolean sparse, String hidden)
            throws IOException {
        try {
            copy(whole, file, sparse);
        } catch (IOException e) {
            throw new IOException(
                    place + " is half replaced; its whole new content is in " + hidden
                            + " beside it, and is applied when this is run again: " + e.getMessage(),
                    e);
        }
    }

    private static boolean isSparse(FileStatus status) {
        return status.allocatedBytes() < status.size();
    }

    /** Writes all but zero blocks to an empty file. */
    private static void write(Descriptor file, MemorySegment content) throws IOException {
        FileContent.truncate(file, content.byteSize());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment zeros = arena.allocate(BLOCK, BLOCK);
            long from = 0;
            for (long at = 0; at < content.byteSize(); at += BLOCK) {
                long length = Math.min(BLOCK, content.byteSize() - at);
                if (content.asSlice(at, length).mismatch(zeros.asSlice(0, length)) < 0) {
                    writeRange(file, content, from, at);
                    from = at + length;
                }
            }
            writeRange(file, content, from, content.byteSize());
        }
    }

    private static void writeRange(Descriptor file, MemorySegment content, long from, long to) throws IOException {
        if (from < to) {
            FileContent.write(file, content.asSlice(from, to - from), from);
        }
    }

    /** Copies a whole file over another; holes stay holes where {@code sparse}, else they become zeros. */
    private static void copy(Descriptor from, Descriptor to, boolean sparse) throws IOException {
        long size = FileStatus.of(from).size();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(PIECE, BLOCK);
            long done = 0;
            while (done < size) {
                long data = from.seekData(done);
                long start = data < 0 ? size : Math.min(data, size);
                if (start > done && !(sparse && to.punchHole(done, start - done))) {
                    buffer.fill((byte) 0);
                    for (long at = done; at < start; at += PIECE) {
                        FileContent.write(to, buffer.asSlice(0, Math.min(PIECE, start - at)), at);
                    }
                }
                long end = start == size ? size : Math.min(from.seekHole(start), size);
                for (long at = start; at < end; at += PIECE) {
                    MemorySegment piece = buffer.asSlice(0, Math.min(PIECE, end - at));
                    FileContent.readFully(from, piece, at);
                    FileContent.write(to, piece, at);
                }
                done = end;
            }
        }
        FileContent.truncate(to, size);
        to.sync();
    }
}
