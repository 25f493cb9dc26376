package org.buckytools.whisper.fill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.buckytools.whisper.posix.Descriptor;

/** The slots of a destination that a fill changes, and nothing else. */
public final class FillPlan {
    private final SlotWrites writes;
    private final FillReport report;

    FillPlan(SlotWrites writes, FillReport report) {
        this.writes = writes;
        this.report = report;
    }

    public FillReport report() {
        return report;
    }

    /**
     * Writes the changes, and no other byte, to the file the plan was made for.
     *
     * @param destination open for writing; the caller has held an exclusive lock on the file since it was read for the plan, and
     *     syncs it if it wants the change durable
     * @throws IOException if a write failed; the file is valid then, and another fill completes it
     */
    public void apply(Descriptor destination) throws IOException {
        writes.writeTo(destination);
    }

    /**
     * Makes the changes in memory.
     *
     * @param destination the bytes of the image that the plan was made for, from 0; position and limit stay
     */
    public void apply(ByteBuffer destination) {
        ByteBuffer bytes = destination.duplicate();
        try {
            writes.writeTo((piece, offset) -> bytes.position((int) offset).put(piece));
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
    }

    /** The writes in their order, for tests that break off between two. */
    SlotWrites writes() {
        return writes;
    }
}
