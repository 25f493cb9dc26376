package org.buckytools.cli.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.buckytools.cli.parallel.InOrder;

/** Hands the files of a tree over to be worked on, and reports what cannot be looked at in its place among them. */
final class QueuedFiles implements WhisperFiles.Visitor {
    private final InOrder<Path, ?> files;
    private final Tally tally;
    private final BooleanSupplier isOver;

    QueuedFiles(InOrder<Path, ?> files, Tally tally, BooleanSupplier isOver) {
        this.files = files;
        this.tally = tally;
        this.isOver = isOver;
    }

    private interface Waiting {
        void run() throws IOException, InterruptedException;
    }

    @Override
    public void file(Path file) throws IOException {
        uninterrupted(() -> files.add(file));
    }

    @Override
    public void failed(Path path, String reason) throws IOException {
        uninterrupted(files::finish);
        tally.failed(path, reason);
    }

    @Override
    public boolean isOver() {
        return isOver.getAsBoolean();
    }

    private static void uninterrupted(Waiting waiting) throws IOException {
        try {
            waiting.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while files were worked on");
        }
    }
}
