package org.buckytools.agent.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Where the bytes of an upload are until it is landed: in a hidden file, or, if it will be filled in, in memory. */
sealed interface Body extends AutoCloseable permits Stage, HeldBody {
    /** Writes bytes at a place within its size. Places that are never written are zeros. */
    void write(MemorySegment bytes, long offset) throws IOException;

    /** Everything has been written: gives it its whole length. */
    void complete() throws IOException;

    /** Reads what was written from the start on, as much as there is and fits; returns how much that is. */
    long start(MemorySegment into) throws IOException;

    /** A hidden file beside the target with all of this. The caller closes both. */
    Stage besideTarget(int mode) throws IOException;

    /** Removes it, unless it has been given its target's name. */
    @Override
    void close();
}
