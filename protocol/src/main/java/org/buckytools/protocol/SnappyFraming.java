package org.buckytools.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.buckytools.protocol.json.MalformedMessageException;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyError;
import org.xerial.snappy.SnappyFramedOutputStream;

/**
 * {@link Encoding#SNAPPY}: Snappy's framing format, a stream identifier {@code sNaPpY} and chunks of at most 64 KiB with a
 * masked CRC-32C each.
 */
public final class SnappyFraming {
    private static final String BODY = "the body is not in snappy's framing format: ";

    private SnappyFraming() {}

    /**
     * Decodes {@code source}, which must hold {@code size} bytes when decoded, no fewer and no more. Decoding stops at that
     * size, so that a small body cannot become an endless file. Closing the result closes the source.
     *
     * <p>Reading throws {@link MalformedMessageException} if this is no such stream, a checksum is
     *     wrong, or there is more; {@link EOFException} if there is less; else what the source throws
     */
    public static InputStream decode(InputStream source, long size) {
        return new ExactLength(new Decoded(source), size);
    }

    /** Passes {@code source} on, which must hold exactly {@code size} bytes; as {@link #decode} without the decoding. */
    public static InputStream plain(InputStream source, long size) {
        return new ExactLength(source, size);
    }

    /** Encodes what is written to the result. Closing it completes the stream and closes {@code sink}. */
    public static OutputStream encode(OutputStream sink) throws IOException {
        return new SnappyFramedOutputStream(sink);
    }

    /**
     * Written here because the one of snappy-java allocates what a chunk claims to need; only the decompression of one block is
     * the library's. Chunks: type (1 byte), length (3 bytes, little-endian), content; see
     * https://github.com/google/snappy/blob/main/framing_format.txt
     */
    private static final class Decoded extends InputStream {
        private static final int COMPRESSED = 0x00;
        private static final int UNCOMPRESSED = 0x01;
        private static final int FIRST_SKIPPABLE = 0x80;
        private static final int STREAM_IDENTIFIER = 0xFF;
        private static final byte[] IDENTIFIER = {'s', 'N', 'a', 'P', 'p', 'Y'};
        private static final int CHECKSUM = 4;
        private static final int MAX_BLOCK = 65_536;
        private static final int MAX_CHUNK = CHECKSUM + Snappy.maxCompressedLength(MAX_BLOCK);

        private final InputStream source;
        private final byte[] chunk = new byte[MAX_CHUNK];
        private final ByteBuffer littleEndian = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        private final byte[] block = new byte[MAX_BLOCK];
        private final CRC32C crc = new CRC32C();
        private boolean identified;
        private int position;
        private int limit;

        Decoded(InputStream source) {
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            while (position == limit) {
                if (!readChunk()) {
                    return -1;
                }
            }
            int count = Math.min(length, limit - position);
            System.arraycopy(block, position, bytes, offset, count);
            position += count;
            return count;
        }

        private boolean readChunk() throws IOException {
            int got = source.readNBytes(chunk, 0, 4);
            if (got == 0 && identified) {
                return false;
            }
            expectWhole(got, 4);
            int header = littleEndian.getInt(0);
            int type = header & 0xFF;
            int length = header >>> 8;
            if (!identified && type != STREAM_IDENTIFIER) {
                throw malformed("it does not begin with a stream identifier");
            }
            if (type >= FIRST_SKIPPABLE && type != STREAM_IDENTIFIER) {
                for (int left = length; left > 0; ) {
                    int skipped = source.readNBytes(chunk, 0, Math.min(left, MAX_CHUNK));
                    expectWhole(skipped, Math.min(left, MAX_CHUNK));
                    left -= skipped;
                }
                return true;
            }
            if (length > MAX_CHUNK) {
                throw malformed("a chunk has " + length + " bytes");
            }
            expectWhole(source.readNBytes(chunk, 0, length), length);
            switch (type) {
                case STREAM_IDENTIFIER -> {
                    if (!Arrays.equals(chunk, 0, length, IDENTIFIER, 0, IDENTIFIER.length)) {
                        throw malformed("the stream identifier is not sNaPpY");
                    }
                    identified = true;
                }
                case COMPRESSED, UNCOMPRESSED -> readBlock(type, length);
                default -> throw malformed("a chunk has the unknown type " + type);
            }
            return true;
        }

        private void readBlock(int type, int length) throws MalformedMessageException {
            if (length < CHECKSUM) {
                throw malformed("a chunk has no checksum");
            }
            int content = length - CHECKSUM;
            int size;
            try {
                size = type == COMPRESSED ? Snappy.uncompressedLength(chunk, CHECKSUM, content) : content;
                if (size < 0 || size > MAX_BLOCK) {
                    throw malformed("a block has " + Integer.toUnsignedString(size) + " bytes");
                }
                if (type == COMPRESSED) {
                    Snappy.uncompress(chunk, CHECKSUM, content, block, 0);
                } else {
                    System.arraycopy(chunk, CHECKSUM, block, 0, size);
                }
            } catch (MalformedMessageException e) {
                throw e;
            } catch (IOException | SnappyError e) {
                throw new MalformedMessageException(BODY + "a block cannot be decompressed: " + e.getMessage(), e);
            }
            crc.reset();
            crc.update(block, 0, size);
            int sum = (int) crc.getValue();
            // Masked, as the format's description has it.
            if (Integer.rotateRight(sum, 15) + 0xa282ead8 != littleEndian.getInt(0)) {
                throw malformed("a block's checksum is wrong");
            }
            position = 0;
            limit = size;
        }

        private static void expectWhole(int got, int wanted) throws EOFException {
            if (got < wanted) {
                throw new EOFException("the body ends within a chunk of snappy's framing format");
            }
        }

        private static MalformedMessageException malformed(String problem) {
            return new MalformedMessageException(BODY + problem);
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }

    /** Ends in an exception unless the source has exactly as many bytes as announced. */
    private static final class ExactLength extends InputStream {
        private final InputStream source;
        private final long size;
        private long count;

        ExactLength(InputStream source, long size) {
            this.source = source;
            this.size = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (count == size) {
                if (source.read() >= 0) {
                    throw new MalformedMessageException("the body has more than the " + size + " bytes announced");
                }
                return -1;
            }
            int got = source.read(bytes, offset, (int) Math.min(length, size - count));
            if (got < 0) {
                throw new EOFException("the body ends after " + count + " of " + size + " bytes");
            }
            count += got;
            return got;
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}
