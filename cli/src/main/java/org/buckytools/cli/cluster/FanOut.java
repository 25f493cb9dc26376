package org.buckytools.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.buckytools.cli.parallel.ClientThreads;

/** Asks many daemons at once, each on a thread of its own, at most so many at a time. */
final class FanOut {
    /** One light request a daemon: even {@code -w 1} should not make fifty daemons wait for each other. */
    private static final int LEAST_AT_ONCE = 64;

    private FanOut() {}

    /** Runs all, and gives back their results in the same order; an unchecked exception of one ends them all. */
    static <T> List<T> run(List<Callable<T>> requests, int atOnce) throws InterruptedException {
        if (requests.isEmpty()) {
            return List.of();
        }
        int size = Math.min(requests.size(), Math.max(atOnce, LEAST_AT_ONCE));
        try (ExecutorService threads = Executors.newFixedThreadPool(size, ClientThreads.named("ask"))) {
            List<Future<T>> futures = requests.stream().map(threads::submit).toList();
            try {
                return results(futures);
            } catch (InterruptedException | RuntimeException e) {
                threads.shutdownNow();
                throw e;
            }
        }
    }

    private static <T> List<T> results(List<Future<T>> futures) throws InterruptedException {
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case RuntimeException defect -> throw defect;
                    case Error error -> throw error;
                    default -> throw new IllegalStateException(e.getCause());
                }
            }
        }
        return results;
    }
}
