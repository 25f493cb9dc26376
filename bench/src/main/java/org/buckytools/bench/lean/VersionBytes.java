package org.buckytools.bench.lean;

import java.nio.ByteBuffer;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.posix.FileStatus;

/** Versions of files as the ends of a told move pass them to each other. */
final class VersionBytes {
    /** What each of them takes. */
    static final int LENGTH = 4 * Long.BYTES + Integer.BYTES;

    private VersionBytes() {}

    static FileVersion of(FileStatus status) {
        return new FileVersion(
                status.device(), status.inode(), status.size(), status.modifiedSeconds(), status.modifiedNanos());
    }

    static void put(FileVersion version, ByteBuffer into) {
        into.putLong(version.device())
                .putLong(version.inode())
                .putLong(version.size())
                .putLong(version.seconds())
                .putInt(version.nanos());
    }

    static FileVersion get(ByteBuffer from) {
        return new FileVersion(from.getLong(), from.getLong(), from.getLong(), from.getLong(), from.getInt());
    }
}
