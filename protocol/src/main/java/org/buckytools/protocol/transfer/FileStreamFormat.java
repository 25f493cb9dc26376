package org.buckytools.protocol.transfer;

/**
 * The bytes of {@value #CONTENT_TYPE}, big-endian, as {@code docs/wire-protocol.md} describes them:
 *
 * <pre>
 * stream  = "BKY2" frame* 0x00
 * frame   = file | failure
 * file    = 0x01 index:u32 mode:u32 mtime:i64 size:u64 version:text chunk* (0xFF crc:u32 | abort)
 * chunk   = encoding:u8 offset:u64 rawLength:u32 storedLength:u32 bytes[storedLength]   0x00 or a {@link ChunkEncoding}
 * abort   = 0xFE reason:text message:text
 * failure = 0x02 index:u32 reason:text message:text
 * text    = length:u16 UTF-8[length]
 * </pre>
 */
public final class FileStreamFormat {
    /** {@code Content-Type} of such a stream. */
    public static final String CONTENT_TYPE = "application/x-bucky-files";

    /** Most bytes of a file in one chunk. */
    public static final int MAX_CHUNK = 1 << 20;

    /** Most bytes of a file in one chunk that is encoded; it is stored in fewer than it has. */
    public static final int MAX_ENCODED_CHUNK = 128 * 1024;

    /** A buffer for {@link FileStreamReader} and {@link FileStreamWriter} has at least this many bytes: a text always fits. */
    public static final int MIN_BUFFER = 32 * 1024;

    static final int MAGIC = 'B' << 24 | 'K' << 16 | 'Y' << 8 | '2';
    static final byte END = 0x00;
    static final byte FILE = 0x01;
    static final byte FAILURE = 0x02;
    static final byte PLAIN = 0x00;
    static final byte POINTS = 0x01;
    static final byte ABORT = (byte) 0xFE;
    static final byte FILE_END = (byte) 0xFF;

    /** From the index to the size. */
    static final int FILE_HEADER = 4 + 4 + 8 + 8;

    /** From the offset to the stored length. */
    static final int CHUNK_HEADER = 8 + 4 + 4;

    static final int MAX_REASON = 64;
    static final int MAX_MESSAGE = 3 * ItemFailure.MAX_MESSAGE;

    private FileStreamFormat() {}
}
