package org.buckytools.whisper.fill;

import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.buckytools.whisper.UnsupportedWhisperFormatException;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.posix.Descriptor;

/** The bytes of a whole Whisper file in memory, its header read and checked against them. */
public final class WhisperImage {
    // Small enough that the direct memory the JDK keeps beside a heap buffer stays small, large enough for few calls.
    private static final int READ_BYTES = 128 << 10;

    private final String name;
    private final WhisperHeader header;
    private final ByteBuffer bytes;

    private WhisperImage(String name, WhisperHeader header, ByteBuffer bytes) {
        this.name = name;
        this.header = header;
        this.bytes = bytes;
    }

    /**
     * Takes the bytes between the buffer's position and limit for a file; both stay. The buffer, heap or direct, is not
     * copied: it may not change as long as the image is used.
     *
     * @param name what error messages call the file
     * @throws CorruptWhisperFileException if the bytes are no whole Whisper file
     * @throws UnsupportedWhisperFormatException if they are one that cannot be filled: compressed, or with two archives of
     *     one step, where a point has no definite place
     */
    public static WhisperImage of(ByteBuffer buffer, String name)
            throws CorruptWhisperFileException, UnsupportedWhisperFormatException {
        requireNonNull(name, "name is null");
        ByteBuffer bytes = buffer.slice().order(ByteOrder.BIG_ENDIAN);
        WhisperHeader header = WhisperHeader.parse(bytes, bytes.remaining(), name);
        Set<Long> steps = new HashSet<>();
        for (ArchiveInfo archive : header.archives()) {
            if (!steps.add(archive.secondsPerPoint())) {
                throw new UnsupportedWhisperFormatException(
                        name,
                        16,
                        "two of its archives have the same step",
                        archive.secondsPerPoint() + " seconds twice",
                        "archives of different steps");
            }
        }
        return new WhisperImage(name, header, bytes);
    }

    /**
     * Reads a file into memory on the heap, up to the end of its last archive. Whoever wants a consistent image holds a lock
     * meanwhile.
     *
     * @throws UnsupportedWhisperFormatException also if its archives are longer than a buffer can be, 2 GiB
     */
    public static WhisperImage read(Descriptor file) throws IOException {
        try (FileChannel channel = FileChannel.open(file.reopenPath(), StandardOpenOption.READ)) {
            return read(channel, file.path());
        }
    }

    private static WhisperImage read(FileChannel channel, String name) throws IOException {
        // Before memory is spent: whether the file is worth reading at all, and how far.
        long size = WhisperHeader.read(channel, name).fileSize();
        if (size > Integer.MAX_VALUE - 8) {
            throw new UnsupportedWhisperFormatException(
                    name, 0, "it is too long to be filled in memory", size + " bytes", "less than 2 GiB");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) size);
        while (buffer.position() < size) {
            buffer.limit((int) Math.min(size, buffer.position() + (long) READ_BYTES));
            if (channel.read(buffer, buffer.position()) < 0) {
                throw new EOFException(
                        name + " became shorter while it was read: nothing at byte " + buffer.position());
            }
        }
        return of(buffer.flip(), name);
    }

    /** What error messages call the file. */
    public String name() {
        return name;
    }

    public WhisperHeader header() {
        return header;
    }

    /** The file's bytes, from 0, big-endian. */
    ByteBuffer bytes() {
        return bytes;
    }
}
