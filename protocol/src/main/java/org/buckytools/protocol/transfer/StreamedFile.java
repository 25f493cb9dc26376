package org.buckytools.protocol.transfer;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What a stream of files says of one before its content.
 *
 * @param index the metric's place in the {@link FetchRequest}, from 0
 * @param mode permission bits
 * @param modTime when the file was last written, Unix seconds
 * @param size apparent size in bytes; from the network, so it must size no allocation
 * @param version of the content that follows, for {@link DeleteItem}; empty if the file was being written while it was read
 */
public record StreamedFile(int index, int mode, long modTime, long size, Optional<String> version) {
    /** Longest version in UTF-8 bytes. */
    public static final int MAX_VERSION = 256;

    public StreamedFile {
        requireNonNull(version, "version is null");
        if (index < 0 || size < 0) {
            throw new IllegalArgumentException("file " + index + " of " + size + " bytes");
        }
    }
}
