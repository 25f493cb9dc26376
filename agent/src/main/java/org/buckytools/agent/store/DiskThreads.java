package org.buckytools.agent.store;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Platform threads for calls that wait for a disk. A native call holds on to the thread that carries a virtual thread, and
 * there are only as many of those as processors: a handful of syncs would stop every request.
 */
final class DiskThreads implements AutoCloseable {
    /** Enough to keep a disk's queue filled. More only wait behind each other. */
    private static final int THREADS = 16;

    private final ThreadPoolExecutor executor;

    DiskThreads() {
        executor = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                30,
                TimeUnit.SECONDS,
                // Bounded by the requests in flight, each of which waits for its one task.
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("disk-", 0).daemon().factory());
        executor.allowCoreThreadTimeOut(true);
    }

    /** A task. */
    @FunctionalInterface
    interface Task {
        void run() throws IOException;
    }

    /** Runs a task and waits for it, interrupted or not: it uses descriptors that the caller closes afterwards. */
    void run(Task task) throws IOException {
        if (!Thread.currentThread().isVirtual()) {
            task.run();
            return;
        }
        FutureTask<Void> future = new FutureTask<>(() -> {
            task.run();
            return null;
        });
        executor.execute(future);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    future.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
