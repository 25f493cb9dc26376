package org.buckytools.whisper.posix;

/** What kind of thing a directory entry is. */
public enum FileType {
    /** The file system does not say: ask for the {@link FileStatus}. */
    UNKNOWN,
    REGULAR,
    DIRECTORY,
    LINK,
    /** A pipe, a socket or a device. */
    OTHER;

    /** From a directory entry's {@code d_type}, which is the type part of a mode moved down by twelve bits. */
    static FileType ofDirectoryEntry(int type) {
        return switch (type) {
            case 0 -> UNKNOWN;
            case 4 -> DIRECTORY;
            case 8 -> REGULAR;
            case 10 -> LINK;
            default -> OTHER;
        };
    }
}
