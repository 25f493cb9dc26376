package org.buckytools.whisper.posix;

/** How a {@link Descriptor} is opened beyond "for reading". */
public enum OpenFlag {
    /** For reading and writing. */
    WRITE(Libc.O_RDWR),
    /** Fail with {@link Errno#ELOOP} if the last part of the path is a symbolic link. */
    NO_FOLLOW(Libc.O_NOFOLLOW),
    /** Fail with {@link Errno#ENOTDIR} if it is no directory. */
    DIRECTORY(Libc.O_DIRECTORY),
    /** Make the file, and fail with {@link Errno#EEXIST} if there is one (a dangling link included). */
    CREATE_NEW(Libc.O_CREAT | Libc.O_EXCL);

    private final int flags;

    OpenFlag(int flags) {
        this.flags = flags;
    }

    static int flags(OpenFlag... options) {
        int all = Libc.O_RDONLY;
        for (OpenFlag option : options) {
            all |= option.flags;
        }
        return all;
    }
}
