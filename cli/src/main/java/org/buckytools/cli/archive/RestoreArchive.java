package org.buckytools.cli.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.AccessRefusal;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.output.Progress;
import org.buckytools.cli.output.ProgressView;
import org.buckytools.cli.task.NamesBeyondAscii;
import org.buckytools.cli.task.Placement;
import org.buckytools.cli.transfer.Interrupts;
import org.buckytools.protocol.Encoding;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.buckytools.whisper.UnsupportedWhisperFormatException;

/**
 * Brings the metrics of a tar archive to their owners. The calling thread reads the archive, reserving memory for each entry before
 * it is read, and is the only one that counts; an {@link Uploader} does the rest. Of an archive that is a plain file, it reads the
 * headers only, and large files are read by the threads that send them.
 */
public final class RestoreArchive {
    private static final int PIECE_BYTES = 128 * 1024;

    /** Blocks of zeros of this size are not sent. */
    private static final int BLOCK = 4096;

    private static final byte[] ZEROS = new byte[BLOCK];
    private static final long TICK_MILLIS = 50;

    /** What a file is reckoned to take that stays in the archive until it is sent: it bounds how many wait for that. */
    private static final long QUEUED_BYTES = 16 * 1024;

    private final Cluster cluster;
    private final EntryNames names;
    private final Interrupts interrupts;
    private final LongSupplier nanos;
    private final Map<String, Node> nodes = new HashMap<>();
    private final Placement placement;
    private final NamesBeyondAscii beyondAscii;

    /**
     * @param prefix a path to stand before the paths in the archive, or nothing
     * @param nanos counts time from anywhere
     */
    public RestoreArchive(Cluster cluster, String prefix, Interrupts interrupts, LongSupplier nanos)
            throws UserFacingException {
        this.cluster = cluster;
        this.names = EntryNames.below(prefix);
        this.interrupts = interrupts;
        this.nanos = nanos;
        this.placement = new Placement(cluster.ring());
        this.beyondAscii = new NamesBeyondAscii(cluster.ring());
        cluster.nodes().forEach(node -> nodes.put(node.host(), node));
    }

    /**
     * How it went.
     *
     * @param created metrics that were new on an owner
     * @param filled metrics that were there and got points
     * @param unchanged metrics of which everything was there
     * @param bytes of the files that were restored
     * @param incomplete restored metrics of which points found no place in the file that was there
     * @param elsewhere metrics of other nodes, with {@code --single}
     * @param directories entries that are directories, skipped
     * @param others entries that are links or devices, skipped
     * @param refused entries whose names are no metrics'
     * @param failed entries that were not restored, those refused among them
     * @param failures the first of them
     * @param alike those that were not told, as a daemon has refused another one by the same token
     * @param doubt what to warn of metrics that other programs place elsewhere
     * @param broken why the archive could not be read to its end, with the place; empty if it could
     * @param isArchive false if it was no tar archive at all
     * @param isStopped whether a person stopped it
     */
    public record Summary(
            long created,
            long filled,
            long unchanged,
            long bytes,
            long incomplete,
            long elsewhere,
            long directories,
            long others,
            long refused,
            long failed,
            List<Failure> failures,
            long alike,
            Optional<String> doubt,
            Optional<String> broken,
            boolean isArchive,
            boolean isStopped,
            Duration elapsed) {
        public Summary {
            failures = List.copyOf(failures);
        }

        /** How many metrics were restored. */
        public long restored() {
            return created + filled + unchanged;
        }
    }

    /** Restores what {@code archive} holds, and closes it. */
    public Summary run(InputStream archive, ProgressView view) throws InterruptedException, IOException {
        AtomicBoolean isStopped = new AtomicBoolean();
        Interrupts.Registration registration = interrupts.onInterrupt(() -> isStopped.set(true));
        Memory memory = Memory.forWorkers(cluster.settings().workers());
        Run run = new Run(memory, view, isStopped);
        try (Uploader uploader = new Uploader(
                cluster.nodes(), cluster.settings().workers(), memory, new NodeHealth(nanos), run.ended::add)) {
            return run.read(archive, uploader);
        } finally {
            registration.close();
        }
    }

    /** One run's state. */
    private final class Run {
        private final Memory memory;
        private final ProgressView view;
        private final AtomicBoolean isStopped;

        /** What has come to its end, to be counted. Bounded by what memory lets be on its way. */
        private final BlockingQueue<Restored> ended = new LinkedBlockingQueue<>();

        private final byte[] piece = new byte[PIECE_BYTES];
        private final List<Failure> failures = new ArrayList<>();
        private final AccessRefusal.Told refusals = new AccessRefusal.Told();
        private final long start = nanos.getAsLong();
        private long entries;
        private long created;
        private long filled;
        private long unchanged;
        private long bytes;
        private long incomplete;
        private long elsewhere;
        private long directories;
        private long others;
        private long refused;
        private long failed;

        Run(Memory memory, ProgressView view, AtomicBoolean isStopped) {
            this.memory = memory;
            this.view = view;
            this.isStopped = isStopped;
        }

        Summary read(InputStream archive, Uploader uploader) throws InterruptedException, IOException {
            Optional<String> broken = Optional.empty();
            boolean isArchive = true;
            String last = "";
            // Open until all has been sent, as large files are read where they stand.
            try (archive;
                    ArchiveInput input = new ArchiveInput(archive)) {
                try (Arena arena = new Arena(memory)) {
                    for (Optional<TarArchiveEntry> next = input.next();
                            next.isPresent() && !isStopped.get();
                            next = input.next()) {
                        entries++;
                        last = next.get().getName();
                        restore(next.get(), input, arena, uploader);
                        countEnded(0);
                    }
                } catch (ArchiveInput.BrokenArchiveException e) {
                    isArchive = e.isArchive();
                    broken = Optional.of(
                            e.getMessage() + (entries == 0 ? "" : ", at or behind entry " + entries + ", " + last));
                }
                uploader.flush();
                while (!uploader.isDone()) {
                    countEnded(TICK_MILLIS);
                }
                countEnded(0);
            }
            return new Summary(
                    created,
                    filled,
                    unchanged,
                    bytes,
                    incomplete,
                    elsewhere,
                    directories,
                    others,
                    refused,
                    failed,
                    failures,
                    refusals.others(),
                    beyondAscii.warning(),
                    broken,
                    isArchive,
                    isStopped.get(),
                    Duration.ofNanos(nanos.getAsLong() - start));
        }

        private void countEnded(long millis) throws InterruptedException {
            Restored next = millis == 0 ? ended.poll() : ended.poll(millis, TimeUnit.MILLISECONDS);
            while (next != null) {
                count(next);
                next = ended.poll();
            }
            view.update(() ->
                    new Progress(Progress.UNKNOWN, created + filled + unchanged + failed, failed, bytes, List.of()));
        }

        private void count(Restored metric) {
            if (!metric.failures().isEmpty()) {
                String reason = String.join("; ", metric.failures());
                if (metric.refusing().isEmpty()
                        || refusals.isFirst(metric.refusing().toString())) {
                    fail(metric.metric().value(), "is not restored everywhere", reason);
                } else {
                    keepFailure(metric.metric().value(), reason);
                }
                return;
            }
            switch (metric.outcome()) {
                case CREATED -> created++;
                case FILLED -> filled++;
                case UNCHANGED -> unchanged++;
                case FAILED -> throw new IllegalStateException("a failure without a reason");
            }
            incomplete += metric.leftBehind() > 0 ? 1 : 0;
            bytes += metric.stat().size();
        }

        private void keepFailure(String name, String reason) {
            failed++;
            if (failures.size() < Failure.MOST_KEPT) {
                failures.add(new Failure(name, reason));
            }
        }

        private void fail(String name, String what, String reason) {
            keepFailure(name, reason);
            view.say("bucky: " + name + " " + what + ": " + reason);
        }

        private void restore(TarArchiveEntry entry, ArchiveInput input, Arena arena, Uploader uploader)
                throws ArchiveInput.BrokenArchiveException, InterruptedException {
            if (!isRegular(entry)) {
                skip(entry);
                return;
            }
            MetricName metric;
            try {
                metric = names.metric(entry.getName());
            } catch (EntryNames.RefusedException e) {
                refused++;
                fail(entry.getName(), "is not restored", e.getMessage());
                return;
            }
            List<String> owners = placement.hosts(metric.value());
            if (owners.isEmpty()) {
                fail(metric.value(), "is not restored", "its name does not tell where the ring puts it");
                return;
            }
            beyondAscii.look(metric.value());
            List<Node> here =
                    owners.stream().map(nodes::get).filter(Objects::nonNull).toList();
            if (here.isEmpty()) {
                elsewhere++;
                return;
            }
            restore(entry, metric, here, input, arena, uploader);
        }

        private void restore(
                TarArchiveEntry entry,
                MetricName metric,
                List<Node> owners,
                ArchiveInput input,
                Arena arena,
                Uploader uploader)
                throws ArchiveInput.BrokenArchiveException, InterruptedException {
            long size = ArchiveInput.sizeOf(entry);
            Optional<Content> inPlace = input.inPlace(entry, memory);
            Memory.Reservation reservation = memory.reserve(inPlace.isPresent() ? QUEUED_BYTES : size, uploader::check);
            boolean isHandedOver = false;
            try {
                Content content = inPlace.isPresent() ? inPlace.get() : read(entry, size, reservation, input, arena);
                content.forUsers(owners.size(), reservation::close);
                isHandedOver = true;
                if (isWhisper(content, metric, owners.size())) {
                    if (cluster.settings().verbose()) {
                        view.say("Uploading " + metric + " => " + owners);
                    }
                    MetricStat stat = new MetricStat(
                            metric,
                            size,
                            mode(entry),
                            entry.getLastModifiedTime().to(TimeUnit.SECONDS),
                            Encoding.IDENTITY);
                    uploader.add(new Restored(stat, content, owners.size()), owners);
                }
            } catch (ArchiveInput.BrokenArchiveException e) {
                throw e;
            } catch (IOException | UncheckedIOException e) {
                fail(
                        metric.value(),
                        "is not restored",
                        (inPlace.isPresent() ? "it cannot be read: " : "it cannot be kept in a temporary file: ")
                                + e.getMessage());
            } finally {
                if (!isHandedOver) {
                    reservation.close();
                }
            }
        }

        private Content read(
                TarArchiveEntry entry, long size, Memory.Reservation reservation, ArchiveInput input, Arena arena)
                throws IOException {
            try (Content.Builder builder = new Content.Builder(memory, reservation.bytes(), arena, size)) {
                readAll(entry, size, input, builder);
                return builder.finish();
            }
        }

        private static int mode(TarArchiveEntry entry) {
            int mode = entry.getMode() & 0777;
            return mode == 0 ? MetricStat.DEFAULT_MODE : mode;
        }

        /** Closes a content that is none. */
        private boolean isWhisper(Content content, MetricName metric, int users) throws IOException {
            try {
                NewestPoint.header(content, "it");
                return true;
            } catch (UnsupportedWhisperFormatException e) {
                return true; // go-carbon's compressed files are stored as they are where there is none
            } catch (CorruptWhisperFileException e) {
                for (int i = 0; i < users; i++) {
                    content.close();
                }
                fail(metric.value(), "is not restored", "it is no Whisper file: " + e.getMessage());
                return false;
            }
        }

        private void readAll(TarArchiveEntry entry, long size, ArchiveInput input, Content.Builder builder)
                throws IOException {
            long offset = 0;
            for (int length = input.read(piece); length > 0; length = input.read(piece)) {
                if (offset + length > size) {
                    throw new ArchiveInput.BrokenArchiveException(
                            "it is damaged: " + entry.getName() + " is larger than its header says", true, null);
                }
                addWithoutZeros(builder, offset, length);
                offset += length;
            }
            if (offset != size) {
                throw new ArchiveInput.BrokenArchiveException("it is cut off", true, null);
            }
        }

        private void addWithoutZeros(Content.Builder builder, long offset, int length) throws IOException {
            int from = 0;
            for (int at = 0; at < length; at += BLOCK) {
                int end = Math.min(at + BLOCK, length);
                if (Arrays.equals(piece, at, end, ZEROS, 0, end - at)) {
                    add(builder, offset, from, at);
                    from = end;
                }
            }
            add(builder, offset, from, length);
        }

        private void add(Content.Builder builder, long offset, int from, int to) throws IOException {
            if (from < to) {
                builder.write(offset + from, ByteBuffer.wrap(piece, from, to - from));
            }
        }

        private void skip(TarArchiveEntry entry) {
            if (entry.isDirectory()) {
                directories++;
            } else {
                others++;
            }
            if (cluster.settings().verbose()) {
                view.say("Skipping " + entry.getName() + ", which is no file");
            }
        }
    }

    private static boolean isRegular(TarArchiveEntry entry) {
        return entry.isFile()
                && !entry.isLink()
                && !entry.isSymbolicLink()
                && !entry.isCharacterDevice()
                && !entry.isBlockDevice()
                && !entry.isFIFO();
    }
}
