package org.buckytools.protocol;

/** How a body of version 1 is encoded. */
public enum Encoding {
    /** As it is on disk. */
    IDENTITY(0),
    /** Snappy's framing format with masked CRC-32C, not a raw block. */
    SNAPPY(1);

    private final int code;

    Encoding(int code) {
        this.code = code;
    }

    /** The number in {@link MetricStat}'s JSON. */
    public int code() {
        return code;
    }

    /**
     * The encoding of a number on the wire.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Encoding ofCode(int code) {
        return switch (code) {
            case 0 -> IDENTITY;
            case 1 -> SNAPPY;
            default -> throw new IllegalArgumentException("unknown encoding " + code + "; 0 is identity, 1 is snappy");
        };
    }
}
