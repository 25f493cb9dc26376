package org.buckytools.cli.parallel;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Works on several inputs at once, each on a virtual thread, and hands the results on in the order of the inputs. Inputs are
 * taken, and results handed on, by the calling thread alone.
 */
public final class InOrder {
    /** How far results may wait for an earlier one, beside those that are being worked on. */
    private static final int AHEAD = 64;

    private InOrder() {}

    /** Makes a result of an input; called on many threads. */
    @FunctionalInterface
    public interface Work<T, R> {
        /** What comes of this input. An exception ends everything. */
        R of(T input) throws IOException, InterruptedException;
    }

    /** Takes results. */
    @FunctionalInterface
    public interface Sink<R> {
        /** Takes the next one. An exception ends everything. */
        void accept(R result) throws IOException, InterruptedException;
    }

    /**
     * Runs to the end of the inputs.
     *
     * @param atOnce how many are worked on at once, at least 1
     * @throws IOException what work or sink threw first, in the order of the inputs; what goes on then is interrupted
     */
    public static <T, R> void run(Iterator<? extends T> inputs, int atOnce, Work<T, R> work, Sink<R> sink)
            throws IOException, InterruptedException {
        Semaphore places = new Semaphore(atOnce);
        Queue<Future<R>> waiting = new ArrayDeque<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            boolean done = false;
            try {
                while (inputs.hasNext() || !waiting.isEmpty()) {
                    if (inputs.hasNext() && waiting.size() < atOnce + AHEAD) {
                        T input = inputs.next();
                        waiting.add(threads.submit(() -> {
                            places.acquire();
                            try {
                                return work.of(input);
                            } finally {
                                places.release();
                            }
                        }));
                    } else {
                        sink.accept(result(waiting.remove()));
                    }
                }
                done = true;
            } finally {
                if (!done) {
                    threads.shutdownNow();
                }
            }
        }
    }

    private static <R> R result(Future<R> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case InterruptedException interrupted -> throw interrupted;
                case RuntimeException defect -> throw defect;
                case Error error -> throw error;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }
}
