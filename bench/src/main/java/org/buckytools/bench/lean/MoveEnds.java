package org.buckytools.bench.lean;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Who takes part in a {@link LeanMove}, and what they say to each other. */
interface MoveEnds {
    /** One of them; whoever is connected with it fails once it is closed. */
    interface End extends Closeable {
        /** Does its part, until everything is moved. */
        void run() throws IOException;
    }

    /**
     * Makes new ends, connected with each other, each of which is to run in a thread of its own.
     *
     * @param batches files to move, relative to the folders; those of a batch are confirmed together
     */
    List<End> connect(List<List<Path>> batches, Path from, Path to) throws IOException;
}
