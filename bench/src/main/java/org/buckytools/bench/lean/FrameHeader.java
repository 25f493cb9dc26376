package org.buckytools.bench.lean;

import java.nio.ByteBuffer;
import org.buckytools.protocol.transfer.FileVersion;

/**
 * What is told of a file in front of its content.
 *
 * @param index of its name in the request
 * @param mode type and permission bits
 */
record FrameHeader(int index, int mode, FileVersion version) {
    /** What each of them takes. */
    static final int LENGTH = 2 * Integer.BYTES + VersionBytes.LENGTH;

    /** Bytes of the checksum behind the content. */
    static final int CRC_LENGTH = Integer.BYTES;

    // Both ends copy to and from files much more quickly where the memory is aligned, and so begin at such a place.
    private static final int ALIGNMENT = 64;

    /** Where content begins in a {@link #newBuffer} that was empty. */
    static final int CONTENT_START = ALIGNMENT;

    /** Where a header begins in such a buffer, so that its content is at {@link #CONTENT_START}. */
    static final int START = CONTENT_START - LENGTH;

    /** A buffer for a block of content with all that is around it, or for several frames that are smaller. */
    static ByteBuffer newBuffer() {
        int capacity = CONTENT_START + MoveSteps.BLOCK_BYTES + CRC_LENGTH;
        return ByteBuffer.allocateDirect(capacity + 2 * ALIGNMENT)
                .alignedSlice(ALIGNMENT)
                .slice(0, capacity);
    }

    void put(ByteBuffer into) {
        into.putInt(index).putInt(mode);
        VersionBytes.put(version, into);
    }

    static FrameHeader get(ByteBuffer from) {
        return new FrameHeader(from.getInt(), from.getInt(), VersionBytes.get(from));
    }
}
