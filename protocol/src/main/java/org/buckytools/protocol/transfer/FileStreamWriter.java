package org.buckytools.protocol.transfer;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Writes a stream of files. Chunks of more than a few KiB go to the sink as they are, without being copied; smaller ones and
 * everything around them are gathered in one small buffer first. For one thread.
 *
 * <p>Calls come in this order: for each metric asked for, in that order, either {@link #failure}, or {@link #file}, any number
 * of {@link #chunk} with ascending offsets, and then {@link #fileEnd} or {@link #abort}; at last {@link #end}.
 */
public final class FileStreamWriter {
    private static final int COPIED_UP_TO = 8 * 1024;

    private final Sink sink;
    private final Optional<ChunkCompressor> compressor;
    private final ByteBuffer gathered;
    private final CRC32C crc = new CRC32C();
    private int nextIndex;
    private boolean inFile;
    private long size;
    private long position;

    /** Takes bytes for the network. */
    @FunctionalInterface
    public interface Sink {
        /** Takes all that remains in {@code bytes}, which belongs to the caller again on return. */
        void write(ByteBuffer bytes) throws IOException;

        /**
         * Whether the last write had to wait until the peer, or what lies between, took bytes; true where that cannot be told. What took long
         * without that has waited for a processor, which says nothing of the link.
         */
        default boolean hadToWait() {
            return true;
        }
    }

    /**
     * Starts a stream.
     *
     * @param buffer direct, at least {@link FileStreamFormat#MIN_BUFFER} bytes; the writer's own until {@link #end} or the last call
     */
    public FileStreamWriter(Sink sink, ByteBuffer buffer) {
        this(sink, buffer, Optional.empty());
    }

    /**
     * Starts a stream.
     *
     * @param buffer direct, at least {@link FileStreamFormat#MIN_BUFFER} bytes; the writer's own until {@link #end} or the last call
     * @param compressor compresses what it finds worth it, for a receiver that takes {@link ChunkEncoding#POINTS}; closed by the
     *     caller
     */
    public FileStreamWriter(Sink sink, ByteBuffer buffer, Optional<ChunkCompressor> compressor) {
        this.sink = requireNonNull(sink, "sink is null");
        this.compressor = requireNonNull(compressor, "compressor is null");
        if (buffer.capacity() < FileStreamFormat.MIN_BUFFER) {
            throw new IllegalArgumentException("a buffer of " + buffer.capacity() + " bytes is too small");
        }
        this.gathered = buffer.clear();
        gathered.putInt(FileStreamFormat.MAGIC);
    }

    /** Begins a file. */
    public void file(StreamedFile file) throws IOException {
        begin(file.index());
        byte[] version = file.version().orElse("").getBytes(StandardCharsets.UTF_8);
        if (version.length > StreamedFile.MAX_VERSION) {
            throw new IllegalArgumentException("a version of " + version.length + " bytes");
        }
        reserve(1 + FileStreamFormat.FILE_HEADER + 2 + version.length);
        gathered.put(FileStreamFormat.FILE);
        int from = gathered.position();
        gathered.putInt(file.index())
                .putInt(file.mode())
                .putLong(file.modTime())
                .putLong(file.size());
        gathered.putShort((short) version.length).put(version);
        crc.reset();
        crc.update(gathered.duplicate().flip().position(from));
        inFile = true;
        size = file.size();
        position = 0;
    }

    /**
     * Adds a part of the file's content. What no chunk covers is zero.
     *
     * @param offset not before the end of the last chunk
     * @param bytes read from their position to their limit, without moving either; used only during the call
     */
    public void chunk(long offset, ByteBuffer bytes) throws IOException {
        if (!inFile || offset < position || offset > size - bytes.remaining()) {
            throw new IllegalStateException(
                    "a chunk of " + bytes.remaining() + " bytes at " + offset + " of " + size + ", after " + position);
        }
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            int length = Math.min(rest.remaining(), FileStreamFormat.MAX_CHUNK);
            ByteBuffer part = rest.slice(rest.position(), length);
            rest.position(rest.position() + length);
            encodeOrPut(offset + (rest.position() - length - bytes.position()), part);
        }
        position = offset + bytes.remaining();
    }

    private void encodeOrPut(long offset, ByteBuffer part) throws IOException {
        if (compressor.isEmpty()) {
            put(FileStreamFormat.PLAIN, offset, part, part);
            return;
        }
        int at = 0;
        while (at < part.limit()) {
            ByteBuffer block = part.slice(at, Math.min(part.limit() - at, FileStreamFormat.MAX_ENCODED_CHUNK));
            ByteBuffer encoded = compressor.get().encode(offset + at, block);
            if (encoded == null) {
                ByteBuffer rest = part.slice(at, part.limit() - at);
                compressor.get().plain(rest.remaining());
                put(FileStreamFormat.PLAIN, offset + at, rest, rest);
                return;
            }
            put(ChunkEncoding.POINTS.mark(), offset + at, block, encoded);
            at += block.limit();
        }
    }

    private void put(byte mark, long offset, ByteBuffer raw, ByteBuffer stored) throws IOException {
        int length = stored.remaining();
        boolean copied = length <= COPIED_UP_TO;
        reserve(1 + FileStreamFormat.CHUNK_HEADER + (copied ? length : 0));
        gathered.put(mark);
        int from = gathered.position();
        gathered.putLong(offset).putInt(raw.remaining());
        crc.update(gathered.duplicate().flip().position(from));
        gathered.putInt(length);
        crc.update(raw.duplicate());
        if (copied) {
            gathered.put(stored);
        } else {
            flush();
            write(stored);
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        if (compressor.isPresent()) {
            compressor.get().write(bytes, sink);
        } else {
            sink.write(bytes);
        }
    }

    /** Ends a file whose content is whole. */
    public void fileEnd() throws IOException {
        leaveFile();
        reserve(1 + 4);
        gathered.put(FileStreamFormat.FILE_END).putInt((int) crc.getValue());
    }

    /** Ends a file whose content could not be read to its end; the receiver forgets what it got of it. */
    public void abort(ItemFailure failure) throws IOException {
        leaveFile();
        reserve(1);
        gathered.put(FileStreamFormat.ABORT);
        putFailure(failure);
    }

    /** Says that there is no file for a metric, and why. */
    public void failure(int index, ItemFailure failure) throws IOException {
        begin(index);
        reserve(1 + 4);
        gathered.put(FileStreamFormat.FAILURE).putInt(index);
        putFailure(failure);
    }

    /** Completes the stream and hands on all of it; the buffer is the caller's again. */
    public void end() throws IOException {
        if (inFile) {
            throw new IllegalStateException("the last file has not ended");
        }
        reserve(1);
        gathered.put(FileStreamFormat.END);
        flush();
    }

    /** Hands on what was gathered; worth doing before the next file takes a while. */
    public void flush() throws IOException {
        gathered.flip();
        if (gathered.hasRemaining()) {
            write(gathered);
        }
        gathered.clear();
    }

    private void begin(int index) {
        if (inFile || index != nextIndex) {
            throw new IllegalStateException("metric " + index + " where " + nextIndex
                    + (inFile ? " could begin if the last file had ended" : " comes next"));
        }
        nextIndex++;
    }

    private void leaveFile() {
        if (!inFile) {
            throw new IllegalStateException("no file has begun");
        }
        inFile = false;
    }

    private void putFailure(ItemFailure failure) throws IOException {
        byte[] reason = failure.reason().name().getBytes(StandardCharsets.UTF_8);
        byte[] message = failure.message().getBytes(StandardCharsets.UTF_8);
        reserve(2 + reason.length + 2 + message.length);
        gathered.putShort((short) reason.length).put(reason);
        gathered.putShort((short) message.length).put(message);
    }

    private void reserve(int bytes) throws IOException {
        if (gathered.remaining() < bytes) {
            flush();
        }
    }
}
