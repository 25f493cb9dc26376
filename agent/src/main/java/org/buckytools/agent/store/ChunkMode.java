package org.buckytools.agent.store;

/** Which bytes of a file are handed out. */
public enum ChunkMode {
    /** Every byte; holes come as zeros. */
    ALL,
    /** Aligned blocks of 4 KiB that hold nothing but zeros are left out, as are holes. */
    SKIP_ZEROS
}
