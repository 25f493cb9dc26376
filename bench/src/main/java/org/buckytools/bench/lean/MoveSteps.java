package org.buckytools.bench.lean;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.buckytools.whisper.posix.FileStatus;

/** What a {@link LeanMove} does to files. For use by several threads, with a sink or source each. */
interface MoveSteps {
    /** Bytes that pass in one go, where there are as many. */
    int BLOCK_BYTES = 256 * 1024;

    /** Takes what is read of files. */
    interface Sink {
        /** A file is about to be read; only those steps say so that look at it anyway. */
        default void opened(FileStatus status) throws IOException {}

        /** Direct, and empty; what is read next comes into it, from its begin on. */
        ByteBuffer block();

        /** {@link #block} has what was read, between its position and its limit. */
        void pass(ByteBuffer block) throws IOException;
    }

    /** Has what is to be written to files. */
    interface Source {
        /**
         * A direct block of what is next, at least a byte; good until the next one.
         *
         * @param left bytes up to the end of the file, 1 or more; there will not be more in the block
         */
        ByteBuffer next(long left) throws IOException;
    }

    /**
     * Reads a file at the source.
     *
     * @return how many bytes it has
     */
    long read(Path file, Sink sink) throws IOException;

    /** Makes a file at the destination, in a folder that is there. */
    void write(Path file, long size, Source source) throws IOException;

    /** Files were written, and it is about to be said so. */
    void written(List<Path> files) throws IOException;

    /** Deletes a file at the source. */
    void delete(Path file) throws IOException;

    /** Where a file is written before it gets its name. */
    static Path hidden(Path file) {
        return file.resolveSibling("." + file.getFileName());
    }
}
