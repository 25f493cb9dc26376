package org.buckytools.bench.process;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** All processes that were started and may still run, so that none is left behind, however a run ends. */
public final class ChildProcesses implements AutoCloseable {
    private static final long STOP_SECONDS = 20;

    private final Set<Process> running = ConcurrentHashMap.newKeySet();

    Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        running.add(process);
        running.removeIf(earlier -> !earlier.isAlive());
        return process;
    }

    /** Asks a process to stop, waits, and kills it if it does not, or at once if this thread is interrupted. */
    static void stop(Process process) {
        process.destroy();
        try {
            if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Kills whatever still runs: for the end of the program, when nobody waits for results any more. */
    @Override
    public void close() {
        running.forEach(Process::destroyForcibly);
    }
}
