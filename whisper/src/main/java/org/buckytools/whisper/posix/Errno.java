package org.buckytools.whisper.posix;

/** Linux error numbers, the same on x86-64 and aarch64 ({@code asm-generic/errno.h}). */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int ESPIPE = 29;
    public static final int EROFS = 30;
    public static final int EMLINK = 31;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOLCK = 37;
    public static final int ENOSYS = 38;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int EOPNOTSUPP = 95;
    public static final int ESTALE = 116;
    public static final int EDQUOT = 122;

    private Errno() {}

    /** The symbol of an error number, {@code ENOENT}; {@code errno 999} for one that is not listed here. */
    public static String nameOf(int errno) {
        return switch (errno) {
            case EPERM -> "EPERM";
            case ENOENT -> "ENOENT";
            case EINTR -> "EINTR";
            case EIO -> "EIO";
            case ENXIO -> "ENXIO";
            case EBADF -> "EBADF";
            case EAGAIN -> "EAGAIN";
            case ENOMEM -> "ENOMEM";
            case EACCES -> "EACCES";
            case EBUSY -> "EBUSY";
            case EEXIST -> "EEXIST";
            case EXDEV -> "EXDEV";
            case ENODEV -> "ENODEV";
            case ENOTDIR -> "ENOTDIR";
            case EISDIR -> "EISDIR";
            case EINVAL -> "EINVAL";
            case ENFILE -> "ENFILE";
            case EMFILE -> "EMFILE";
            case EFBIG -> "EFBIG";
            case ENOSPC -> "ENOSPC";
            case ESPIPE -> "ESPIPE";
            case EROFS -> "EROFS";
            case EMLINK -> "EMLINK";
            case ENAMETOOLONG -> "ENAMETOOLONG";
            case ENOLCK -> "ENOLCK";
            case ENOSYS -> "ENOSYS";
            case ENOTEMPTY -> "ENOTEMPTY";
            case ELOOP -> "ELOOP";
            case EOPNOTSUPP -> "EOPNOTSUPP";
            case ESTALE -> "ESTALE";
            case EDQUOT -> "EDQUOT";
            default -> "errno " + errno;
        };
    }

    /** What an error number means to a reader: {@code no such file or directory (ENOENT)}. */
    static String describe(int errno) {
        String meaning = switch (errno) {
            case EPERM -> "not permitted";
            case ENOENT -> "no such file or directory";
            case EIO -> "input/output error";
            case EBADF -> "not open in the way needed";
            case EAGAIN -> "held by someone else";
            case ENOMEM -> "out of memory";
            case EACCES -> "permission denied";
            case EEXIST -> "exists already";
            case EXDEV -> "on another file system";
            case ENOTDIR -> "not a directory";
            case EISDIR -> "is a directory";
            case EINVAL -> "invalid argument";
            case ENFILE, EMFILE -> "too many open files";
            case EFBIG -> "file too large";
            case ENOSPC -> "no space left on the device";
            case EROFS -> "read-only file system";
            case ENAMETOOLONG -> "name too long";
            case ENOSYS, EOPNOTSUPP -> "not supported";
            case ENOTEMPTY -> "directory not empty";
            case ELOOP -> "is a symbolic link, or there are too many of them";
            case EDQUOT -> "disk quota exceeded";
            default -> "failed";
        };
        return meaning + " (" + nameOf(errno) + ")";
    }
}
