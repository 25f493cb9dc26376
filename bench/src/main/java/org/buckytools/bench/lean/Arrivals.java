package org.buckytools.bench.lean;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files of a batch as they come to the destination. Belongs to one thread. */
final class Arrivals {
    private final MoveSteps steps;
    private final List<Path> written = new ArrayList<>();
    private Path folder;

    /**
     * @param to a folder that is there
     */
    Arrivals(MoveSteps steps, Path to) {
        this.steps = steps;
        this.folder = to;
    }

    /** Writes a file, in a folder that is made if need be. */
    void write(Path file, long size, MoveSteps.Source source) throws IOException {
        if (!folder.equals(file.getParent())) {
            folder = file.getParent();
            Files.createDirectories(folder);
        }
        steps.write(file, size, source);
        written.add(file);
    }

    /** The batch is whole: when this returns it may be said so. */
    void complete() throws IOException {
        steps.written(written);
        written.clear();
    }
}
