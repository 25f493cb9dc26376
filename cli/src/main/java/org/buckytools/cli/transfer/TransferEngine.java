package org.buckytools.cli.transfer;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.buckytools.cli.parallel.ClientThreads;
import org.buckytools.protocol.transfer.PullItem;

/** Runs a plan. Made for one run. */
final class TransferEngine {
    /** Events that workers may be ahead of the listener; then they wait for it. */
    private static final int QUEUED_EVENTS = 4096;

    private static final long PAUSE_MILLIS = 200;

    private final TransferSettings settings;
    private final Ticker ticker;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final BlockingQueue<Message> queue = new LinkedBlockingQueue<>(QUEUED_EVENTS);

    private sealed interface Message {
        record Event(TransferEvent event) implements Message {}

        record WorkerEnded() implements Message {}
    }

    TransferEngine(TransferSettings settings, Plan plan, Throttle throttle, Ticker ticker, InstantSource clock) {
        this.settings = settings;
        this.ticker = ticker;
        this.clock = clock;
        this.scheduler = new Scheduler(plan, settings, throttle, ticker);
    }

    /**
     * Runs the plan to its end, or until it is stopped and what was in flight is finished.
     *
     * @return how many metrics were left undone because it was stopped
     * @throws IOException what the listener throws
     */
    long run(TransferListener listener) throws IOException, InterruptedException {
        BatchRunner runner =
                new BatchRunner(settings, scheduler, ticker, clock, event -> put(new Message.Event(event)));
        ThreadFactory threads = ClientThreads.named("worker");
        int working = scheduler.mostAtOnce();
        for (int i = 0; i < working; i++) {
            threads.newThread(() -> work(runner)).start();
        }
        Optional<IOException> failure = Optional.empty();
        while (working > 0) {
            Message message = queue.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            if (message instanceof Message.WorkerEnded) {
                working--;
            } else if (failure.isEmpty()) {
                // Once the listener has failed, the rest only has to get out of the workers' way.
                failure = tell(listener, message);
                if (failure.isPresent()) {
                    stop();
                }
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        listener.pause();
        return scheduler.left();
    }

    /** Lets nothing new begin; may be called by any thread. */
    void stop() {
        scheduler.stop();
    }

    private Optional<IOException> tell(TransferListener listener, Message message) {
        try {
            if (message instanceof Message.Event(TransferEvent event)) {
                listener.on(event);
            }
            if (queue.isEmpty()) {
                listener.pause();
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    private void work(BatchRunner runner) {
        try {
            Optional<Scheduler.Batch> batch = scheduler.next();
            while (batch.isPresent()) {
                scheduler.finished(batch.get(), run(runner, batch.get()));
                batch = scheduler.next();
            }
        } catch (InterruptedException e) {
            // Nobody interrupts workers; should it happen all the same, this one just ends.
            Thread.currentThread().interrupt();
        } finally {
            put(new Message.WorkerEnded());
        }
    }

    private List<Item> run(BatchRunner runner, Scheduler.Batch batch) {
        try {
            return runner.run(batch);
        } catch (RuntimeException e) {
            // A defect here must neither be lost nor stop the others.
            Problem problem = new Problem(Problem.Kind.BROKEN, "this is a defect of bucky: " + e);
            for (Item item : batch.items()) {
                PullItem names = item.names;
                put(new Message.Event(new TransferEvent.Failed(
                        batch.group(), batch.group().destinations().getFirst(), names, false, problem)));
            }
            return List.of();
        }
    }

    private void put(Message message) {
        boolean interrupted = false;
        while (true) {
            try {
                queue.put(message);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
