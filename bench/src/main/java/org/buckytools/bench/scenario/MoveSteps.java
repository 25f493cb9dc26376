package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** What a {@link LeanMove} does to files. For use by several threads, with a block each. */
interface MoveSteps {
    /** Takes what was read, or has what is to be written: all of it. */
    interface Transfer {
        void pass(ByteBuffer block) throws IOException;
    }

    /**
     * Reads a file at the source.
     *
     * @param block direct; what is read goes through it
     * @return how many bytes it has
     */
    long read(Path file, ByteBuffer block, Transfer sink) throws IOException;

    /** Makes a file at the destination, in a folder that is there. */
    void write(Path file, long size, ByteBuffer block, Transfer source) throws IOException;

    /** Files were written, and it is about to be said so. */
    void written(List<Path> files) throws IOException;

    /** Deletes a file at the source. */
    void delete(Path file) throws IOException;

    /** Where a file is written before it gets its name. */
    static Path hidden(Path file) {
        return file.resolveSibling("." + file.getFileName());
    }
}
