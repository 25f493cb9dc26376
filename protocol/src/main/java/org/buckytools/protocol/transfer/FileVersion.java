package org.buckytools.protocol.transfer;

/**
 * Which content of a file is meant: its identity, size and time. Two equal versions read more than 50 ms after the last
 * write are the same content; the daemon that reads a file sooner than that gives no version (the kernel's clock for file
 * times ticks in milliseconds, so a later write can leave the same time).
 *
 * <p>On the wire it is an opaque text that only the daemon that made it understands.
 *
 * @param device of the file system
 * @param inode of the file
 * @param size in bytes
 * @param seconds of the modification time, Unix
 * @param nanos of the modification time, 0 to 999,999,999
 */
public record FileVersion(long device, long inode, long size, long seconds, int nanos) {

    // What a record makes for itself is many times slower with the first compiler alone, and this is asked for each
    // file moved.
    @Override
    public boolean equals(Object other) {
        return other instanceof FileVersion version
                && inode == version.inode
                && device == version.device
                && size == version.size
                && seconds == version.seconds
                && nanos == version.nanos;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(inode) ^ Long.hashCode(seconds) * 31 ^ nanos;
    }

    /** The text on the wire. */
    public String token() {
        return Long.toHexString(device) + "-" + Long.toHexString(inode) + "-" + size + "-" + seconds + "-" + nanos;
    }

    /**
     * Reads a {@link #token()}.
     *
     * @throws IllegalArgumentException if it is not one
     */
    public static FileVersion ofToken(String token) {
        int inode = token.indexOf('-') + 1;
        int size = token.indexOf('-', inode) + 1;
        int seconds = token.indexOf('-', size) + 1;
        int nanos = token.indexOf('-', seconds) + 1;
        try {
            if (inode > 0 && size > inode && seconds > size && nanos > seconds) {
                return new FileVersion(
                        Long.parseUnsignedLong(token, 0, inode - 1, 16),
                        Long.parseUnsignedLong(token, inode, size - 1, 16),
                        Long.parseLong(token, size, seconds - 1, 10),
                        Long.parseLong(token, seconds, nanos - 1, 10),
                        Integer.parseInt(token, nanos, token.length(), 10));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a file version: \"" + token + "\"", e);
        }
        throw new IllegalArgumentException("not a file version: \"" + token + "\"");
    }
}
