package org.buckytools.cli.parallel;

import static java.util.Objects.requireNonNull;

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
 * Works on several inputs at once, each on a virtual thread, and hands the results on in the order of the inputs. For one
 * thread, on which results are handed on too, while inputs are added and at the end:
 *
 * <pre>{@code
 * try (InOrder<Path, Result> files = new InOrder<>(processors, this::look, this::report)) {
 *     walk(files::add);
 *     files.finish();
 * }
 * }</pre>
 */
public final class InOrder<T, R> implements AutoCloseable {
    /** How many results may wait for an earlier one, beside those that are being worked on. */
    private static final int AHEAD = 64;

    private final int most;
    private final Semaphore places;
    private final Work<T, R> work;
    private final Sink<R> sink;
    private final Queue<Future<R>> waiting = new ArrayDeque<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

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

    /** Works on so many at once, at least one. */
    public InOrder(int atOnce, Work<T, R> work, Sink<R> sink) {
        this.most = atOnce + AHEAD;
        this.places = new Semaphore(atOnce);
        this.work = requireNonNull(work, "work is null");
        this.sink = requireNonNull(sink, "sink is null");
    }

    /** Runs through all inputs to the end. */
    public static <T, R> void run(Iterator<? extends T> inputs, int atOnce, Work<T, R> work, Sink<R> sink)
            throws IOException, InterruptedException {
        try (InOrder<T, R> all = new InOrder<>(atOnce, work, sink)) {
            while (inputs.hasNext()) {
                all.add(inputs.next());
            }
            all.finish();
        }
    }

    /**
     * Has an input worked on. If there are too many already, waits for the first of them and hands its result on.
     *
     * @throws IOException what an earlier one or the sink threw; nothing is to be added then
     */
    public void add(T input) throws IOException, InterruptedException {
        if (waiting.size() == most) {
            sink.accept(result(waiting.remove()));
        }
        waiting.add(threads.submit(() -> {
            places.acquire();
            try {
                return work.of(input);
            } finally {
                places.release();
            }
        }));
    }

    /** Waits for all and hands their results on. */
    public void finish() throws IOException, InterruptedException {
        while (!waiting.isEmpty()) {
            sink.accept(result(waiting.remove()));
        }
    }

    private R result(Future<R> future) throws IOException, InterruptedException {
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

    /** Interrupts what has not been finished, and waits for it to end. */
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
