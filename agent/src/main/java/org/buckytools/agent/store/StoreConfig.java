package org.buckytools.agent.store;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a store is and how it writes.
 *
 * @param root the directory that metric names are relative to; it must exist, and may itself be a link
 * @param temporary where bodies are kept that are to be filled into existing files; without it, beside those files
 * @param sparse whether zero blocks of 4 KiB become holes; else the space of a new file is allocated before it is written
 * @param sourceTimes whether a file that is made, filled or replaced takes the time of last change that its source had
 * @param bufferBytes bound on the direct memory of all reads together, in bytes; at least {@value #MIN_BUFFER_BYTES}.
 *     It is outside the limits that the JVM keeps, and taken only as it is needed
 */
public record StoreConfig(Path root, Optional<Path> temporary, boolean sparse, boolean sourceTimes, long bufferBytes) {
    /** What one file may need at once; less could never be granted. */
    public static final long MIN_BUFFER_BYTES = SourceFile.MAX_IN_MEMORY_BYTES;

    /** Enough for some sixty files of ordinary size in flight. */
    public static final long DEFAULT_BUFFER_BYTES = 128L << 20;

    public StoreConfig {
        requireNonNull(root, "root is null");
        requireNonNull(temporary, "temporary is null");
        if (bufferBytes < MIN_BUFFER_BYTES) {
            throw new IllegalArgumentException(
                    "buffers of " + bufferBytes + " bytes in total; at least " + MIN_BUFFER_BYTES + " are needed");
        }
    }

    /** A store that is written in the usual way. */
    public static StoreConfig of(Path root) {
        return new StoreConfig(root, Optional.empty(), false, false, DEFAULT_BUFFER_BYTES);
    }

    /** This store with or without the times of its sources. */
    public StoreConfig withSourceTimes(boolean wanted) {
        return new StoreConfig(root, temporary, sparse, wanted, bufferBytes);
    }
}
