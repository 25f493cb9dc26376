package org.buckytools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.buckytools.bench.data.Folders;
import org.buckytools.bench.process.ChildProcesses;

/**
 * The folder and the processes of this program. Both are gone at its end, after Ctrl-C too: then the thread that opened the
 * workplace is interrupted, and the end of the program waits for it to clean up.
 */
final class Workplace implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final Path folder;
    private final ChildProcesses children = new ChildProcesses();
    private final CountDownLatch closed = new CountDownLatch(1);

    private Workplace(Path folder) {
        this.folder = folder;
    }

    static Workplace open(Path parent) throws IOException {
        Workplace workplace = new Workplace(Files.createTempDirectory(parent, "buckytools-bench-"));
        Thread user = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> workplace.endEarly(user), "clean-up"));
        return workplace;
    }

    Path folder() {
        return folder;
    }

    ChildProcesses children() {
        return children;
    }

    private void endEarly(Thread user) {
        if (closed.getCount() == 0) {
            return;
        }
        user.interrupt();
        children.close();
        try {
            if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                Folders.delete(folder);
            }
        } catch (IOException | InterruptedException e) {
            System.getLogger(Workplace.class.getName())
                    .log(System.Logger.Level.WARNING, "could not remove " + folder, e);
        }
    }

    @Override
    public void close() throws IOException {
        // An interrupt would keep the folder from being removed.
        boolean interrupted = Thread.interrupted();
        children.close();
        try {
            Folders.delete(folder);
        } finally {
            closed.countDown();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
