package org.buckytools.cli.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.Answer;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.output.Progress;
import org.buckytools.cli.output.ProgressView;
import org.buckytools.cli.output.Quantities;
import org.buckytools.cli.task.Listing;
import org.buckytools.cli.transfer.Interrupts;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.client.AgentException;

/**
 * Writes metrics into a tar archive, sorted by name. One thread plans: it reserves memory for entry after entry, in their order,
 * and has them fetched; the calling thread waits for entry after entry, in the same order, and writes them.
 */
public final class WriteArchive {
    /** Sizes are asked for so many metrics at once. */
    private static final int WINDOW = 4096;

    /** What a file is taken for whose size nobody says; a larger one goes to disk. */
    private static final long USUAL_BYTES = 2 << 20;

    /**
     * Entries that are planned and not yet written. Memory is what bounds them; this, the objects around it. So many that none is
     * waited for that has not been asked for.
     */
    private static final int MOST_PLANNED = 2 * Batches.PATIENCE_ITEMS;

    private static final long PROGRESS_MILLIS = 100;

    private final Cluster cluster;
    private final Compression compression;
    private final Interrupts interrupts;
    private final LongSupplier nanos;
    private final Consumer<String> log;

    /**
     * @param nanos counts time from anywhere
     * @param log is told of what goes wrong with single metrics and, if everything is to be said, of each entry
     */
    public WriteArchive(
            Cluster cluster, Compression compression, Interrupts interrupts, LongSupplier nanos, Consumer<String> log) {
        this.cluster = cluster;
        this.compression = compression;
        this.interrupts = interrupts;
        this.nanos = nanos;
        this.log = log;
    }

    /**
     * How it went.
     *
     * @param entries written
     * @param bytes of files in the archive, before compression
     * @param strays metrics of which copies elsewhere, where the ring does not want them, were left out
     * @param failed metrics that were selected and are not in the archive
     * @param failures the first of them, with the reason
     */
    public record Summary(
            long entries, long bytes, long strays, long failed, List<Failure> failures, Duration elapsed) {
        public Summary {
            failures = List.copyOf(failures);
        }
    }

    /**
     * Writes the archive.
     *
     * @param named the metrics that were asked for by name, if they were
     * @throws UserFacingException if it cannot be written to its end
     */
    public Summary run(Listing listing, Optional<List<String>> named, WritableByteChannel target, ProgressView view)
            throws UserFacingException, InterruptedException {
        ArchivePlan plan = new ArchivePlan(listing, cluster.ring(), named);
        AtomicBoolean isStopped = new AtomicBoolean();
        Interrupts.Registration registration = interrupts.onInterrupt(() -> isStopped.set(true));
        try {
            return run(plan, listing.found(), target, view, isStopped);
        } finally {
            registration.close();
        }
    }

    private Summary run(
            ArchivePlan plan,
            List<Listing.Found> found,
            WritableByteChannel target,
            ProgressView view,
            AtomicBoolean isStopped)
            throws UserFacingException, InterruptedException {
        ClusterSettings settings = cluster.settings();
        Memory memory = Memory.forWorkers(settings.workers());
        List<Node> nodes = found.stream().map(Listing.Found::node).toList();
        try (ArchiveOutput output = output(target);
                Fetcher fetcher = new Fetcher(
                        nodes, settings.workers(), settings.encoded(), memory, new NodeHealth(nanos), nanos);
                Planner planner = new Planner(plan, memory, fetcher)) {
            planner.start();
            return new Writer(plan, output, view, isStopped).run(planner);
        }
    }

    private ArchiveOutput output(WritableByteChannel target) {
        return compression == Compression.NONE
                ? new PlainOutput(target)
                : new CompressedOutput(
                        target, compression, Math.max(1, Runtime.getRuntime().availableProcessors()));
    }

    /** Has entries fetched, in order, as far ahead as memory allows. */
    private final class Planner implements AutoCloseable {
        private final ArchivePlan plan;
        private final Memory memory;
        private final Fetcher fetcher;
        private final BlockingQueue<Entry> planned = new ArrayBlockingQueue<>(MOST_PLANNED);
        private final Batches<Entry> batches;
        private Thread thread;
        private volatile Throwable defect;

        Planner(ArchivePlan plan, Memory memory, Fetcher fetcher) {
            this.plan = plan;
            this.memory = memory;
            this.fetcher = fetcher;
            this.batches = new Batches<>(memory, (node, entries) -> fetcher.fetch(entries));
        }

        void start() {
            thread = Thread.ofPlatform().daemon().name("archive-planner").start(() -> {
                try {
                    planAll();
                } catch (InterruptedException e) {
                    // the writer wants no more
                } catch (RuntimeException | Error e) {
                    defect = e;
                }
            });
        }

        /** The next entry, in the archive's order; null if there is none within this time. */
        Entry next(long millis) throws InterruptedException {
            Entry entry = planned.poll(millis, TimeUnit.MILLISECONDS);
            if (entry == null && defect != null) {
                throw new IllegalStateException("planning the archive failed by a defect", defect);
            }
            return entry;
        }

        private void planAll() throws InterruptedException {
            ArchivePlan.Walk walk = plan.walk();
            for (boolean more = true; more; ) {
                List<ArchivePlan.Choice> window = new ArrayList<>();
                while (more && window.size() < WINDOW) {
                    Optional<ArchivePlan.Choice> next = walk.next();
                    next.ifPresent(window::add);
                    more = next.isPresent();
                }
                Map<String, Long> sizes = sizes(window);
                for (ArchivePlan.Choice choice : window) {
                    plan(choice, sizes.getOrDefault(choice.metric(), USUAL_BYTES));
                }
            }
            batches.flush();
        }

        private void plan(ArchivePlan.Choice choice, long size) throws InterruptedException {
            long wanted = choice.isContested() ? 2 * size : size;
            Memory.Reservation reservation = memory.reserve(wanted, () -> {});
            Entry entry = new Entry(choice, new MetricName(choice.metric()), reservation);
            planned.put(entry);
            if (choice.isContested()) {
                fetcher.fetch(List.of(entry));
                batches.goOn();
            } else {
                batches.add(entry.source(), entry, size);
            }
        }

        /** Sizes of those metrics that a daemon of version 2 has; the others say them only with the file itself. */
        private Map<String, Long> sizes(List<ArchivePlan.Choice> window) throws InterruptedException {
            Map<Node, List<MetricName>> byNode = new LinkedHashMap<>();
            for (ArchivePlan.Choice choice : window) {
                for (Node node : choice.isContested()
                        ? choice.nodes()
                        : List.of(choice.nodes().getFirst())) {
                    if (node.speaksVersion2()) {
                        byNode.computeIfAbsent(node, key -> new ArrayList<>()).add(new MetricName(choice.metric()));
                    }
                }
            }
            Map<String, Long> sizes = new HashMap<>();
            for (Answer<List<MetricStat>> answer :
                    cluster.ask(List.copyOf(byNode.keySet()), node -> stats(node, byNode.get(node)))) {
                // A daemon that does not answer now will not when the files are asked for, which is when it is
                // reported.
                answer.value()
                        .orElse(List.of())
                        .forEach(stat -> sizes.merge(stat.name().value(), stat.size(), Math::max));
            }
            return sizes;
        }

        private static List<MetricStat> stats(Node node, List<MetricName> metrics) throws AgentException {
            List<MetricStat> stats = new ArrayList<>();
            node.client().stat(metrics, stat -> stat.ifPresent(stats::add));
            return stats;
        }

        @Override
        public void close() {
            // Not waited for: what it may still be asking about is of no interest to anyone.
            thread.interrupt();
        }
    }

    /** Writes entry after entry. */
    private final class Writer {
        private final ArchivePlan plan;
        private final ArchiveOutput output;
        private final ProgressView view;
        private final AtomicBoolean isStopped;
        private final List<Failure> failures = new ArrayList<>();
        private long failed;
        private long entries;
        private long bytes;
        private long strays;

        Writer(ArchivePlan plan, ArchiveOutput output, ProgressView view, AtomicBoolean isStopped) {
            this.plan = plan;
            this.output = output;
            this.view = view;
            this.isStopped = isStopped;
        }

        Summary run(Planner planner) throws UserFacingException, InterruptedException {
            long start = nanos.getAsLong();
            for (String metric : plan.absent()) {
                fail(metric, plan.isComplete() ? "no node has it" : "no daemon that answered has it");
            }
            for (long done = 0; done < plan.size(); ) {
                checkStop();
                Entry entry = planner.next(PROGRESS_MILLIS);
                if (entry != null) {
                    take(entry);
                    done++;
                }
                view.update(this::progress);
            }
            try {
                output.write(TarHeaders.end());
                output.finish();
            } catch (IOException e) {
                throw unwritable(e);
            }
            return new Summary(entries, bytes, strays, failed, failures, Duration.ofNanos(nanos.getAsLong() - start));
        }

        private Progress progress() {
            return new Progress(plan.size() + plan.absent().size(), entries + failed, failed, bytes, List.of());
        }

        private void take(Entry entry) throws UserFacingException, InterruptedException {
            Entry.Outcome outcome = entry.await(() -> {
                checkStop();
                view.update(this::progress);
            });
            try {
                switch (outcome) {
                    case Entry.Outcome.Failed failed -> fail(entry.metric().value(), failed.reason());
                    case Entry.Outcome.Whole whole -> {
                        whole.warning()
                                .ifPresent(trouble -> log.accept("bucky: warning: " + entry.metric()
                                        + " was taken from another node: " + trouble));
                        try (Content content = whole.content()) {
                            write(entry, whole, content);
                        }
                        entries++;
                        strays += entry.strays() > 0 ? 1 : 0;
                    }
                }
            } finally {
                entry.release();
            }
        }

        private void write(Entry entry, Entry.Outcome.Whole whole, Content content) throws UserFacingException {
            String path = entry.metric().relativePath();
            if (cluster.settings().verbose()) {
                log.accept("Writing " + entry.metric() + "...");
            }
            try {
                output.write(TarHeaders.before(path, content.size(), whole.mode(), whole.modTime()));
                long[] at = {0};
                content.forEach((offset, part) -> {
                    output.zeros(offset - at[0]);
                    at[0] = offset + part.remaining();
                    output.write(part);
                });
                output.zeros(content.size() - at[0] + TarHeaders.padding(content.size()));
            } catch (IOException e) {
                throw unwritable(e);
            }
            bytes += content.size();
        }

        private void fail(String metric, String reason) {
            failed++;
            if (failures.size() < Failure.MOST_KEPT) {
                failures.add(new Failure(metric, reason));
            }
            log.accept("bucky: " + metric + " is not in the archive: " + reason);
        }

        private void checkStop() throws UserFacingException {
            if (isStopped.get()) {
                throw new UserFacingException(ExitCode.INTERRUPTED, "stopped", unfinished(), "");
            }
        }

        private UserFacingException unwritable(IOException e) {
            if (e instanceof InterruptedIOException) {
                return new UserFacingException(ExitCode.INTERRUPTED, "stopped", unfinished(), "", e);
            }
            return new UserFacingException(
                    ExitCode.FAILED,
                    "cannot write the archive: " + e.getMessage(),
                    unfinished(),
                    "Nothing was changed in the cluster.",
                    e);
        }

        private List<String> unfinished() {
            return List.of("What was written is no whole archive: it breaks off behind " + Quantities.count(entries)
                    + " of " + Quantities.count(plan.size(), "metric", "metrics") + ".");
        }
    }
}
