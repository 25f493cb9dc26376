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
        String[] parts = token.split("-", -1);
        try {
            if (parts.length == 5) {
                return new FileVersion(
                        Long.parseUnsignedLong(parts[0], 16),
                        Long.parseUnsignedLong(parts[1], 16),
                        Long.parseLong(parts[2]),
                        Long.parseLong(parts[3]),
                        Integer.parseInt(parts[4]));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a file version: \"" + token + "\"", e);
        }
        throw new IllegalArgumentException("not a file version: \"" + token + "\"");
    }
}
