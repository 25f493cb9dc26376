package org.buckytools.bench.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does something for every number below a count, with all processors. */
final class InParallel {
    /** What is done with one number. */
    interface Step {
        void run(int index) throws IOException;
    }

    private InParallel() {}

    static void forEach(int count, Step step) throws IOException, InterruptedException {
        int parts = Math.max(1, Math.min(count, Runtime.getRuntime().availableProcessors()));
        try (ExecutorService executor = Executors.newFixedThreadPool(parts)) {
            List<Future<?>> futures = new ArrayList<>();
            for (int part = 0; part < parts; part++) {
                int from = (int) ((long) count * part / parts);
                int to = (int) ((long) count * (part + 1) / parts);
                futures.add(executor.submit(() -> {
                    for (int i = from; i < to; i++) {
                        step.run(i);
                    }
                    return null;
                }));
            }
            try {
                for (Future<?> future : futures) {
                    future.get();
                }
            } catch (ExecutionException e) {
                executor.shutdownNow();
                if (e.getCause() instanceof IOException io) {
                    throw io;
                }
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                executor.shutdownNow();
                throw e;
            }
        }
    }
}
