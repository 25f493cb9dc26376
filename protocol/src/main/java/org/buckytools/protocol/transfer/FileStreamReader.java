package org.buckytools.protocol.transfer;

import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.buckytools.protocol.json.MalformedMessageException;

/**
 * Reads a stream of files through one buffer. The source reads into that buffer and the consumer gets slices of it, so content
 * is not copied in between (but for a few bytes where a slice begins at the buffer's end). Everything is checked: lengths, the
 * order of files and chunks, texts, checksums. For one thread; closed when no more is to be read.
 */
public final class FileStreamReader implements AutoCloseable {
    /** Content is handed on in pieces of at least this many bytes, unless the chunk or the buffer has fewer. */
    private static final int PIECE = 128 * 1024;

    /** Pieces end at multiples of this, so that the receiver can still find blocks of zeros. */
    private static final long BLOCK = 4096;

    private final ReadableByteChannel source;
    private ByteBuffer buffer;
    private Handler buffers;
    private final int count;
    private final CRC32C crc = new CRC32C();
    private int nextIndex;
    private long storedBytes;
    private Optional<ChunkDecoder> decoder = Optional.empty();
    private boolean begun;
    private boolean ended;

    /** Gets what the stream holds. What it throws ends the reading and is passed on. */
    public interface Handler {
        /** A file begins. */
        void file(StreamedFile file) throws IOException;

        /**
         * A part of its content. Parts come with ascending offsets and lie inside the file's size; what none covers is zero.
         *
         * @param bytes direct if the reader's buffer is and the part was not compressed, and then a part of that buffer; valid only
         *     during the call, unless the handler {@linkplain #keepsBytes() keeps} them
         */
        void chunk(long offset, ByteBuffer bytes) throws IOException;

        /** The file is whole, and its checksum is right. */
        void fileEnd() throws IOException;

        /** The file is not whole or its checksum is wrong: what came of it is to be forgotten. */
        void fileFailed(ItemFailure failure) throws IOException;

        /** There is no file for the metric at this place of the request. */
        void failure(int index, ItemFailure failure) throws IOException;

        /**
         * Whether parts that lie in the reader's buffer stay in use after the call, so that nothing may be read over them. A handler
         * around another one, see {@link ForwardingHandler}, has to pass this and {@link #nextBuffer} on.
         */
        default boolean keepsBytes() {
            return false;
        }

        /**
         * Another buffer for one that is full, of at least the same size; asked of handlers that keep what they got.
         *
         * @param rest what remains of the full one, which is the handler's from now on: the buffer that is given back has to hold the
         *     same bytes from its position to its limit, at its start
         */
        default ByteBuffer nextBuffer(ByteBuffer rest) {
            throw new IllegalStateException("a handler that keeps bytes has to have buffers");
        }
    }

    /**
     * Reads nothing yet.
     *
     * @param source blocking; not closed
     * @param buffer at least {@link FileStreamFormat#MIN_BUFFER} bytes; the reader's own until the last call
     * @param count how many metrics were asked for
     */
    public FileStreamReader(ReadableByteChannel source, ByteBuffer buffer, int count) {
        this.source = requireNonNull(source, "source is null");
        if (buffer.capacity() < FileStreamFormat.MIN_BUFFER) {
            throw new IllegalArgumentException("a buffer of " + buffer.capacity() + " bytes is too small");
        }
        this.buffer = buffer.clear().limit(0);
        this.count = count;
    }

    /**
     * Reads one metric's file or failure, to its end.
     *
     * @return whether there was one; false at the end of a whole stream
     * @throws EOFException if the stream is cut
     * @throws MalformedMessageException if it is not as it should be
     * @throws IOException what the source or the handler throws
     */
    public boolean next(Handler handler) throws IOException {
        if (ended) {
            return false;
        }
        buffers = handler;
        if (!begun) {
            require(4);
            if (buffer.getInt() != FileStreamFormat.MAGIC) {
                throw malformed("it does not begin with BKY2");
            }
            begun = true;
        }
        require(1);
        byte frame = buffer.get();
        switch (frame) {
            case FileStreamFormat.FILE -> readFile(handler);
            case FileStreamFormat.FAILURE -> {
                require(4);
                int index = readIndex();
                handler.failure(index, readFailure());
            }
            case FileStreamFormat.END -> readEnd();
            default -> throw malformed("a frame has the unknown type " + (frame & 0xFF));
        }
        return !ended;
    }

    /** Bytes of the last file's content that crossed the network. */
    public long storedBytes() {
        return storedBytes;
    }

    /** Leaves source and buffer alone. */
    @Override
    public void close() {
        decoder.ifPresent(ChunkDecoder::close);
        decoder = Optional.empty();
    }

    private void readFile(Handler handler) throws IOException {
        require(FileStreamFormat.FILE_HEADER + 2);
        crc.reset();
        int headerFrom = buffer.position();
        int index = readIndex();
        int mode = buffer.getInt() & 0777;
        long modTime = buffer.getLong();
        long size = buffer.getLong();
        crc.update(buffer.duplicate().limit(buffer.position()).position(headerFrom));
        if (size < 0) {
            throw malformed("file " + index + " has the size " + Long.toUnsignedString(size));
        }
        String version = readText("version", StreamedFile.MAX_VERSION, true);
        storedBytes = 0;
        handler.file(new StreamedFile(
                index, mode, modTime, size, Optional.of(version).filter(text -> !text.isEmpty())));
        long position = 0;
        while (true) {
            require(1);
            byte mark = buffer.get();
            switch (mark) {
                case FileStreamFormat.PLAIN -> position = readChunk(handler, index, position, size);
                case FileStreamFormat.POINTS -> position = readEncodedChunk(handler, index, position, size);
                case FileStreamFormat.FILE_END -> {
                    require(4);
                    int expected = buffer.getInt();
                    if (expected == (int) crc.getValue()) {
                        handler.fileEnd();
                    } else {
                        handler.fileFailed(new ItemFailure(
                                ItemFailure.Reason.DAMAGED_IN_TRANSIT,
                                "the checksum of what arrived is " + Integer.toHexString((int) crc.getValue())
                                        + ", that of what was sent " + Integer.toHexString(expected)));
                    }
                    return;
                }
                case FileStreamFormat.ABORT -> {
                    handler.fileFailed(readFailure());
                    return;
                }
                default -> throw malformed("a chunk of file " + index + " has the unknown encoding " + (mark & 0xFF));
            }
        }
    }

    private long readChunk(Handler handler, int index, long position, long size) throws IOException {
        require(FileStreamFormat.CHUNK_HEADER);
        crc.update(buffer.duplicate().limit(buffer.position() + 8 + 4));
        long offset = buffer.getLong();
        int length = buffer.getInt();
        int stored = buffer.getInt();
        if (length < 1 || length > FileStreamFormat.MAX_CHUNK || stored != length) {
            throw malformed("a chunk of file " + index + " has " + Integer.toUnsignedString(length)
                    + " bytes, stored as " + Integer.toUnsignedString(stored));
        }
        checkPlace(index, position, size, offset, length);
        long at = offset;
        int left = length;
        while (left > 0) {
            require(Math.min(left, pieceToWaitFor()));
            int piece = Math.min(left, buffer.remaining());
            long end = (at + piece) & -BLOCK;
            if (piece < left && end > at) {
                piece = (int) (end - at);
            }
            ByteBuffer bytes = buffer.slice(buffer.position(), piece);
            crc.update(bytes.duplicate());
            handler.chunk(at, bytes);
            buffer.position(buffer.position() + piece);
            at += piece;
            left -= piece;
        }
        storedBytes += stored;
        return offset + length;
    }

    /** What stays where it is should fill the buffer: only when there is no room at all, the next one is begun. */
    private int pieceToWaitFor() {
        int room = buffer.capacity() - buffer.position();
        return Math.min(PIECE, buffers.keepsBytes() && room > 0 ? room : buffer.capacity());
    }

    /** Decodes into a buffer of fixed size, whatever the stream claims. */
    private long readEncodedChunk(Handler handler, int index, long position, long size) throws IOException {
        require(FileStreamFormat.CHUNK_HEADER);
        crc.update(buffer.duplicate().limit(buffer.position() + 8 + 4));
        long offset = buffer.getLong();
        int length = buffer.getInt();
        int stored = buffer.getInt();
        if (length < 1 || length > FileStreamFormat.MAX_ENCODED_CHUNK || stored < 1 || stored >= length) {
            throw malformed("an encoded chunk of file " + index + " has " + Integer.toUnsignedString(length)
                    + " bytes, stored as " + Integer.toUnsignedString(stored));
        }
        checkPlace(index, position, size, offset, length);
        decoder = decoder.or(() -> Optional.of(new ChunkDecoder()));
        for (int at = 0; at < stored; ) {
            require(1);
            int piece = Math.min(stored - at, buffer.remaining());
            buffer.get(decoder.get().stored(), at, piece);
            at += piece;
        }
        ByteBuffer bytes = decoder.get()
                .decode(stored, length, offset)
                .orElseThrow(() -> malformed("an encoded chunk of file " + index + " is damaged, or does not have the "
                        + length + " bytes it claims"));
        crc.update(bytes.duplicate());
        handler.chunk(offset, bytes);
        storedBytes += stored;
        return offset + length;
    }

    private static void checkPlace(int index, long position, long size, long offset, int length)
            throws MalformedMessageException {
        if (offset < position || offset > size - length) {
            throw malformed("a chunk of file " + index + " has " + length + " bytes at " + Long.toUnsignedString(offset)
                    + ", where the last one ended at " + position + " and the file at " + size);
        }
    }

    private void readEnd() throws IOException {
        if (nextIndex != count) {
            throw malformed("it ends after " + nextIndex + " of " + count + " metrics");
        }
        ended = true;
        // The source's own end is read too: only then can its connection be used again.
        if (buffer.hasRemaining() || source.read(ByteBuffer.allocate(1)) >= 0) {
            throw malformed("it goes on behind its end");
        }
    }

    private int readIndex() throws MalformedMessageException {
        int index = buffer.getInt();
        if (index != nextIndex || index >= count) {
            throw malformed("metric " + Integer.toUnsignedString(index) + " comes where " + nextIndex + " of " + count
                    + " should");
        }
        nextIndex++;
        return index;
    }

    private ItemFailure readFailure() throws IOException {
        String reason = readText("reason", FileStreamFormat.MAX_REASON, false);
        return new ItemFailure(
                ItemFailure.Reason.ofWire(reason), readText("message", FileStreamFormat.MAX_MESSAGE, false));
    }

    private String readText(String what, int longest, boolean summed) throws IOException {
        require(2);
        int from = buffer.position();
        int length = buffer.getShort() & 0xFFFF;
        if (length > longest) {
            throw malformed("a " + what + " has " + length + " bytes");
        }
        if (summed) {
            crc.update(buffer.duplicate().limit(buffer.position()).position(from));
        }
        require(length);
        ByteBuffer bytes = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        if (summed) {
            crc.update(bytes.duplicate());
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException("the stream of files: a " + what + " is not UTF-8", e);
        }
    }

    /** Makes sure that {@code bytes} are in the buffer. */
    private void require(int bytes) throws IOException {
        if (buffer.remaining() >= bytes) {
            return;
        }
        boolean isFull = buffer.capacity() - buffer.position() < bytes;
        if (buffers.keepsBytes()) {
            if (isFull) {
                buffer = buffers.nextBuffer(buffer);
            }
        } else if (!buffer.hasRemaining()) {
            buffer.clear().limit(0);
        } else if (isFull) {
            buffer.compact().flip();
        }
        while (buffer.remaining() < bytes) {
            int from = buffer.position();
            buffer.position(buffer.limit()).limit(buffer.capacity());
            int got;
            try {
                got = source.read(buffer);
            } finally {
                buffer.limit(buffer.position()).position(from);
            }
            if (got < 0) {
                throw new EOFException(
                        "the stream of files was cut off after " + nextIndex + " of " + count + " metrics had begun");
            }
        }
    }

    private static MalformedMessageException malformed(String problem) {
        return new MalformedMessageException("the stream of files: " + problem);
    }
}
