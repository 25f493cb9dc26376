package org.buckytools.cli.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.output.ProgressView;

/** Runs plans, with everything around it: counting, job file, error file, throttling, reports, progress, and being stopped. */
public final class Transfer {
    private final Supplier<ProgressView> progress;
    private final Interrupts interrupts;
    private final Ticker ticker;
    private final InstantSource clock;
    private final RandomGenerator random;

    /** Shows progress in views made by {@code progress}, and stops when {@code interrupts} say so. */
    public Transfer(
            Supplier<ProgressView> progress,
            Interrupts interrupts,
            Ticker ticker,
            InstantSource clock,
            RandomGenerator random) {
        this.progress = progress;
        this.interrupts = interrupts;
        this.ticker = ticker;
        this.clock = clock;
        this.random = random;
    }

    /** A view of how far something is, of the kind that moves are shown in. */
    public ProgressView view() {
        return progress.get();
    }

    /** How a person stops work early. */
    public Interrupts interrupts() {
        return interrupts;
    }

    /** Measures time. */
    public Ticker ticker() {
        return ticker;
    }

    /** Says that a plan is being made: what running it begins with is loaded meanwhile. */
    public void prepare() {
        interrupts.prepare();
    }

    /**
     * Runs a plan.
     *
     * @throws UserFacingException if the job file or the error file cannot be written; what was in flight is finished then
     */
    public TransferSummary run(Plan plan, TransferSettings settings, TransferExtras extras)
            throws UserFacingException, InterruptedException {
        long start = ticker.nanos();
        Tally tally = new Tally(plan, extras.ignoreMissing());
        AtomicBoolean isStopped = new AtomicBoolean();
        long left;
        try (ProgressView view = progress.get();
                Around around = new Around(plan, tally, extras, view)) {
            TransferEngine engine = new TransferEngine(settings, plan, around.throttle(), ticker, clock);
            Interrupts.Registration registration = interrupts.onInterrupt(() -> {
                isStopped.set(true);
                around.warn("stopping: what is in flight is finished first; interrupt once more to end at once");
                engine.stop();
            });
            try {
                left = engine.run(around);
            } finally {
                registration.close();
            }
        } catch (IOException e) {
            throw new UserFacingException(
                    ExitCode.FAILED,
                    "the job state file or the metric error file cannot be written: " + e.getMessage(),
                    List.of("What was in flight is finished. " + tally.finished() + " of " + tally.planned()
                            + " metrics were done by then."),
                    "Make room, or name another file, and run the same command again.",
                    e);
        }
        return tally.summary(left, Duration.ofNanos(ticker.nanos() - start), isStopped.get());
    }

    /** All that listens. */
    private final class Around implements TransferListener, Closeable {
        private final Tally tally;
        private final ProgressView view;
        private final Optional<JobFile> jobFile;
        private final List<TransferListener> listeners = new ArrayList<>();
        private final List<Closeable> closeables = new ArrayList<>();

        /** Of other threads, for the one that may use the view. */
        private final Queue<String> warnings = new ConcurrentLinkedQueue<>();

        private final Optional<HealthThrottle> throttle;

        Around(Plan plan, Tally tally, TransferExtras extras, ProgressView view) throws IOException {
            this.tally = tally;
            this.view = view;
            this.jobFile = extras.jobFile();
            listeners.add(tally);
            listeners.add(new Talk(extras, view));
            if (extras.errorFile().isPresent()) {
                ErrorFile errors = ErrorFile.open(extras.errorFile().get(), clock);
                listeners.add(errors);
                closeables.add(errors);
            }
            throttle = extras.health().map(health -> new HealthThrottle(health, random));
            if (throttle.isPresent()) {
                HealthSettings health = extras.health().orElseThrow();
                closeables.add(new HealthMonitor(
                        health, new CarbonAdmin(health), throttle.get(), ticker, nodesOf(plan), this::warn));
            }
            extras.graphite().ifPresent(graphite -> {
                GraphiteReporter reporter = new GraphiteReporter(graphite, tally, throttle, ticker, clock, this::warn);
                listeners.add(reporter);
                closeables.add(reporter);
            });
        }

        private static Set<Node> nodesOf(Plan plan) {
            Set<Node> nodes = new HashSet<>();
            for (Plan.Group group : plan.groups()) {
                nodes.add(group.source());
                nodes.addAll(group.destinations());
            }
            return nodes;
        }

        Throttle throttle() {
            return throttle.<Throttle>map(bound -> bound).orElse(Throttle.NONE);
        }

        void warn(String text) {
            warnings.add(text);
        }

        @Override
        public void on(TransferEvent event) throws IOException {
            for (TransferListener listener : listeners) {
                listener.on(event);
            }
            if (event instanceof TransferEvent.Done done && jobFile.isPresent()) {
                jobFile.get().add(done.group(), done.item());
            }
        }

        @Override
        public void pause() throws IOException {
            for (TransferListener listener : listeners) {
                listener.pause();
            }
            sayWarnings();
            view.update(tally::progress);
        }

        private void sayWarnings() {
            for (String warning = warnings.poll(); warning != null; warning = warnings.poll()) {
                view.say(warning);
            }
        }

        @Override
        public void close() throws IOException {
            for (Closeable closeable : closeables) {
                closeable.close();
            }
            sayWarnings();
        }
    }
}
