package org.buckytools.agent.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.Errno;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.LockTimeoutException;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixException;
import org.buckytools.whisper.reshape.Change;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Whisper files of one node. It alone turns metric names into paths, and does every read, write, fill and delete. Safe
 * for use by many threads; calls block.
 */
public final class MetricStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricStore.class);

    /** A header of one archive; a file that is no longer has no point. */
    private static final long MIN_SIZE = 28;

    /** More than the four bytes of an archive's offset and the largest archive that is read reach. */
    private static final long MAX_SIZE = 32L << 30;

    /** For fills at work, of which there need not be many more than processors. */
    private static final long FILL_BYTES = 40L << 20;

    /** For uploads that wait to be filled in: some twenty of ordinary size. */
    private static final long BODY_BYTES = 32L << 20;

    /** How often a file is looked for again after somebody else in this daemon was at it. */
    private static final int TRIES_BESIDE_OTHERS = 20;

    private static final int DEFAULT_MODE = 0644;
    private static final int PERMISSIONS = 0777;

    private final StoreParts parts;
    private final SourceReader reader;
    private final Landing landing;
    private final Retirement retirement;
    private final Recovery recovery;
    private final Modifier modifier;

    private MetricStore(StoreParts parts) {
        this.parts = parts;
        this.reader = new SourceReader(parts);
        Filler filler = new Filler(parts);
        this.landing = new Landing(parts, filler);
        this.retirement = new Retirement(parts, filler);
        this.recovery = new Recovery(parts, landing, filler, retirement);
        this.modifier = new Modifier(parts, landing, filler);
    }

    /**
     * Opens a store.
     *
     * @param clock must be that of the machine, which also stamps the files; fills and versions depend on it
     * @throws IOException if the root or the temporary directory is none, or another process has the store open
     */
    public static MetricStore open(StoreConfig config, StoreEvents events, InstantSource clock) throws IOException {
        return open(config, events, clock, Patience.USUAL);
    }

    static MetricStore open(StoreConfig config, StoreEvents events, InstantSource clock, Patience patience)
            throws IOException {
        if (config.temporary().isPresent()) {
            Descriptor.open(config.temporary().get(), OpenFlag.DIRECTORY).close();
        }
        StorePaths paths = StorePaths.open(config.root());
        boolean locked = false;
        try {
            lockRoot(config.root(), paths.rootDirectory());
            locked = true;
        } finally {
            if (!locked) {
                paths.close();
            }
        }
        return new MetricStore(new StoreParts(
                config,
                paths,
                new HiddenNames(),
                new HalfReplaced(),
                new MetricLocks(patience.request()),
                new BufferPool(config.bufferBytes(), patience.memory()),
                new FillMemory(FILL_BYTES, BODY_BYTES, patience.memory()),
                new DiskThreads(),
                events,
                patience,
                clock));
    }

    /** Two daemons would take each other's unfinished uploads for leftovers. */
    private static void lockRoot(Path path, Descriptor root) throws IOException {
        try {
            root.lock(true, Duration.ZERO);
        } catch (LockTimeoutException e) {
            throw new IOException(
                    path + " is in use by another daemon; a store has one. Stop that one, or choose another directory",
                    e);
        } catch (PosixException e) {
            LOG.warn("{} cannot be locked ({}); make sure that it has only one daemon", path, e.getMessage());
        }
    }

    /** What an inventory's walk reports leftovers of crashed processes to, and the end of the first walk. */
    public LeftoverRecovery leftovers() {
        return recovery;
    }

    /** Files that nothing may be read from until the rest of their new content is applied. */
    HalfReplaced halfReplaced() {
        return parts.halfReplaced();
    }

    /** A metric's stat; empty if there is no such regular file. */
    public Optional<MetricStat> stat(MetricName metric) throws IOException {
        return status(metric).map(status -> SourceReader.statOf(metric, status));
    }

    /** A new meter for the space that metrics take. */
    public SpaceMeter spaceMeter() {
        return new SpaceMeter(this, parts.paths());
    }

    Optional<FileStatus> status(MetricName metric) throws IOException {
        Place place = Place.of(metric);
        recovery.ensure(metric, place);
        Optional<FileStatus> status = parts.paths().status(place);
        if (status.isEmpty() && awaitOthers(metric)) {
            status = parts.paths().status(place);
        }
        return status;
    }

    /**
     * Waits for who works on a metric right now: a file that is looked at before it is deleted has no name for a while, and may
     * get it back.
     *
     * @return whether there was anybody
     */
    private boolean awaitOthers(MetricName metric) throws StoreBusyException {
        if (!parts.locks().isInUse(metric)) {
            return false;
        }
        parts.locks().lock(metric).close();
        return true;
    }

    /**
     * Reads a metric without waiting for a version that can be trusted.
     *
     * @throws MetricNotFoundException if there is none
     * @throws StoreBusyException if its lock or memory did not become free in time
     */
    public SourceFile read(MetricName metric) throws IOException {
        return read(metric, false);
    }

    /**
     * Reads a metric that is to be moved: waits up to a fifth of a second for a moment at which its version can be trusted.
     *
     * @throws MetricNotFoundException if there is none
     * @throws StoreBusyException if its lock or memory did not become free in time
     */
    public SourceFile readForMove(MetricName metric) throws IOException {
        return read(metric, true);
    }

    /**
     * As {@link #readForMove(MetricName)}, for one of many metrics that are read one after the other.
     *
     * @param near for all of them
     */
    public SourceFile readForMove(MetricName metric, KeptFolder near) throws IOException {
        return read(metric, near, true);
    }

    /** For working on many metrics one after the other. */
    public KeptFolder keptFolder() {
        return new KeptFolder(parts.paths());
    }

    private SourceFile read(MetricName metric, boolean forTrust) throws IOException {
        try (KeptFolder near = keptFolder()) {
            return read(metric, near, forTrust);
        }
    }

    private SourceFile read(MetricName metric, KeptFolder near, boolean forTrust) throws IOException {
        Place place = Place.of(metric);
        try {
            recovery.ensure(metric, place);
            for (int left = TRIES_BESIDE_OTHERS; left > 0; left--) {
                try {
                    return reader.read(metric, place, near, forTrust);
                } catch (MetricNotFoundException e) {
                    if (!awaitOthers(metric)) {
                        throw e;
                    }
                } catch (PosixException e) {
                    if (e.errno() != Errno.EAGAIN) {
                        throw e;
                    }
                    // A lease, perhaps that of a conditional delete of ours that finds the file changed.
                    if (!awaitOthers(metric)) {
                        break;
                    }
                }
            }
            return reader.read(metric, place, near, forTrust);
        } catch (IOException e) {
            throw StoreErrors.explained(metric, e);
        }
    }

    /** As {@link #receive(MetricName, long, int, long)}, from a source that does not say when it was changed last. */
    public Incoming receive(MetricName metric, long size, int mode) throws IOException {
        return receive(metric, size, mode, 0);
    }

    /**
     * Begins an upload.
     *
     * @param size of the whole content in bytes
     * @param mode permission bits for the file if it is made, e.g. 0644; 0 stands for that
     * @param modTime when the source was changed last, Unix seconds; 0 or less if that is not known. Of interest only with
     *     {@link StoreConfig#sourceTimes}
     * @throws BadUploadException if the size is that of no Whisper file
     * @throws StoreFullException if there is no space for it
     * @throws UnusablePathException if the metric's path cannot be used
     */
    public Incoming receive(MetricName metric, long size, int mode, long modTime) throws IOException {
        try (KeptFolder near = keptFolder()) {
            return receive(metric, size, mode, modTime, near);
        }
    }

    /**
     * As {@link #receive(MetricName, long, int, long)}, for one of many uploads that come one after the other.
     *
     * @param near for all of them
     */
    public Incoming receive(MetricName metric, long size, int mode, long modTime, KeptFolder near) throws IOException {
        if (size <= MIN_SIZE || size > MAX_SIZE) {
            throw new BadUploadException(
                    metric,
                    "a size of " + size + " bytes; a Whisper file has more than " + MIN_SIZE + " and at most "
                            + MAX_SIZE);
        }
        int permissions = (mode & PERMISSIONS) == 0 ? DEFAULT_MODE : mode & PERMISSIONS;
        Place place = Place.of(metric);
        try {
            recovery.ensure(metric, place);
            boolean exists = near.status(place).isPresent();
            Body body = exists
                    ? toBeFilledIn(place, size, permissions, near)
                    : Stage.beside(parts, place, size, permissions, near);
            return new Incoming(this, metric, place, size, permissions, times(modTime), body, exists);
        } catch (IOException e) {
            throw StoreErrors.explained(metric, e);
        }
    }

    /** Memory, if there is some right now; a file in the temporary directory; or one beside the target. */
    private Body toBeFilledIn(Place place, long size, int mode, KeptFolder near) throws IOException {
        Optional<HeldBody> held = HeldBody.of(parts, place, size);
        if (held.isPresent()) {
            return held.get();
        }
        Optional<Path> temporary = parts.config().temporary();
        return temporary.isPresent()
                ? Stage.unnamed(parts, temporary.get(), place, size)
                : Stage.beside(parts, place, size, mode, near);
    }

    private Optional<SourceTime> times(long modTime) {
        return parts.config().sourceTimes() && modTime > 0
                ? Optional.of(new SourceTime(modTime, parts.clock()))
                : Optional.empty();
    }

    /** A new batch for uploads begun with {@link #receive}. */
    public StagedBatch batch() {
        return new StagedBatch(this);
    }

    void writeThroughMemory(Body body, long offset, ByteBuffer bytes) throws IOException {
        try (BufferPool.Lease memory = parts.buffers().acquire(BufferPool.SMALL_BYTES)) {
            MemorySegment buffer = memory.block(0);
            ByteBuffer direct = buffer.asByteBuffer();
            long at = offset;
            while (bytes.hasRemaining()) {
                int length = Math.min(bytes.remaining(), direct.capacity());
                direct.clear().put(bytes.slice(bytes.position(), length));
                bytes.position(bytes.position() + length);
                body.write(buffer.asSlice(0, length), at);
                at += length;
            }
        }
    }

    /** The first bytes of an upload, on the heap, as many as a header can have. */
    ByteBuffer start(Body body) throws IOException {
        try (BufferPool.Lease memory = parts.buffers().acquire(WhisperHeader.MAX_BYTES)) {
            MemorySegment start = memory.block(0).asSlice(0, WhisperHeader.MAX_BYTES);
            int read = (int) body.start(start);
            return ByteBuffer.allocate(read)
                    .put(start.asSlice(0, read).asByteBuffer())
                    .flip();
        }
    }

    StoreResult createOrFill(Landing.Cargo cargo, long sourceNow) throws IOException {
        return land(cargo, () -> landing.createOrFill(cargo, sourceNow, false));
    }

    StoreResult replace(Landing.Cargo cargo) throws IOException {
        return land(cargo, () -> landing.replace(cargo));
    }

    @FunctionalInterface
    private interface LandingStep {
        StoreResult run() throws IOException;
    }

    private StoreResult land(Landing.Cargo cargo, LandingStep step) throws IOException {
        try {
            recovery.ensure(cargo.metric, cargo.place);
            try (MetricLocks.Held _ = parts.locks().lock(cargo.metric)) {
                return step.run();
            }
        } catch (IOException e) {
            throw StoreErrors.explained(cargo.metric, e);
        }
    }

    /**
     * Gives a metric's file another schema, method or xFilesFactor, in place under its lock. Durable on return.
     *
     * @param now decides which points are too old, in Unix seconds; empty stands for this store's clock
     * @param dryRun whether only to compute what would become of it
     * @throws MetricNotFoundException if there is none
     * @throws org.buckytools.whisper.reshape.ImpossibleChangeException if the file cannot be changed so; it is as it was
     * @throws org.buckytools.whisper.CorruptWhisperFileException if the file is damaged; it stays so
     */
    public Modification modify(MetricName metric, Change change, OptionalLong now, boolean dryRun) throws IOException {
        Place place = Place.of(metric);
        try {
            recovery.ensure(metric, place);
            try (MetricLocks.Held _ = parts.locks().lock(metric)) {
                return modifier.modify(metric, place, change, now, dryRun);
            }
        } catch (IOException e) {
            throw StoreErrors.explained(metric, e);
        }
    }

    List<StagedBatch.Result> commit(List<Incoming> uploads, long sourceNow) {
        int count = uploads.size();
        StagedBatch.Result[] results = new StagedBatch.Result[count];
        Landing.Cargo[] cargos = new Landing.Cargo[count];
        try {
            for (int i = 0; i < count; i++) {
                try {
                    cargos[i] = uploads.get(i).handOver();
                } catch (IOException e) {
                    results[i] = StagedBatch.Result.of(e);
                }
            }
            // Another thread only for what may wait for a disk: it costs more than all else around a small file.
            if (Arrays.stream(cargos).anyMatch(MetricStore::isToBeSynced)) {
                parts.disk().run(() -> syncAll(cargos, results));
            }
            Map<String, List<Integer>> made = new HashMap<>();
            for (int i = 0; i < count; i++) {
                if (results[i] == null) {
                    results[i] = land(cargos[i], sourceNow, made, i);
                }
            }
            if (!made.isEmpty()) {
                parts.disk().run(() -> syncDirectories(made, cargos, results));
            }
        } catch (IOException e) {
            throw new IllegalStateException("failures belong to single uploads", e);
        } finally {
            for (Landing.Cargo cargo : cargos) {
                if (cargo != null) {
                    cargo.close();
                }
            }
        }
        return List.of(results);
    }

    /** First sets the disk to writing everything, so that waiting for the first is waiting for nearly all. */
    private static void syncAll(Landing.Cargo[] cargos, StagedBatch.Result[] results) {
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < cargos.length; i++) {
                if (!isToBeSynced(cargos[i]) || results[i] != null) {
                    continue;
                }
                try {
                    Stage stage = cargos[i].beside().orElseThrow();
                    if (pass == 0) {
                        stage.startWriteback();
                    } else {
                        stage.sync();
                    }
                } catch (IOException e) {
                    results[i] = StagedBatch.Result.of(StoreErrors.explained(cargos[i].metric, e));
                }
            }
        }
    }

    /** Whether an upload will be given its target's name, and is not null because it was refused. */
    private static boolean isToBeSynced(Landing.Cargo cargo) {
        return cargo != null && !cargo.fills && cargo.beside().isPresent();
    }

    private StagedBatch.Result land(Landing.Cargo cargo, long sourceNow, Map<String, List<Integer>> made, int index) {
        try {
            StoreResult result = land(cargo, () -> landing.createOrFill(cargo, sourceNow, true));
            if (result.outcome() == StoreResult.Outcome.CREATED) {
                made.computeIfAbsent(cargo.place.directory(), directory -> new ArrayList<>())
                        .add(index);
            }
            return StagedBatch.Result.of(result);
        } catch (IOException e) {
            return StagedBatch.Result.of(e);
        }
    }

    private void syncDirectories(
            Map<String, List<Integer>> made, Landing.Cargo[] cargos, StagedBatch.Result[] results) {
        Set<MetricName> twice = twice(cargos);
        made.forEach((directory, indexes) -> {
            try {
                parts.paths().sync(directory, made(cargos[indexes.getFirst()]).directory());
            } catch (IOException e) {
                for (int i : indexes) {
                    results[i] = StagedBatch.Result.of(StoreErrors.explained(cargos[i].metric, e));
                }
                return;
            }
            for (int i : indexes) {
                if (twice.contains(cargos[i].metric)) {
                    continue;
                }
                try {
                    made(cargos[i]).requireAsLinked(cargos[i].metric);
                } catch (IOException e) {
                    results[i] = StagedBatch.Result.of(StoreErrors.explained(cargos[i].metric, e));
                }
            }
        });
    }

    /** The new file of a cargo that made one. */
    private static Stage made(Landing.Cargo cargo) {
        return cargo.beside().orElseThrow();
    }

    /** Metrics that a batch has more than one upload for, so that it may be we who wrote a new file again. */
    private static Set<MetricName> twice(Landing.Cargo[] cargos) {
        Set<MetricName> once = new HashSet<>();
        Set<MetricName> twice = new HashSet<>();
        for (Landing.Cargo cargo : cargos) {
            if (cargo != null && !once.add(cargo.metric)) {
                twice.add(cargo.metric);
            }
        }
        return twice;
    }

    /**
     * Deletes a metric whatever it holds, and the directories that this leaves empty.
     *
     * @return whether there was one
     */
    public boolean delete(MetricName metric) throws IOException {
        Place place = Place.of(metric);
        try {
            recovery.ensure(metric, place);
            try (MetricLocks.Held _ = parts.locks().lock(metric)) {
                if (!remove(metric, place)) {
                    return false;
                }
                parts.paths().prune(place.directory());
                return true;
            }
        } catch (IOException e) {
            throw StoreErrors.explained(metric, e);
        }
    }

    private boolean remove(MetricName metric, Place place) throws IOException {
        Optional<Descriptor> opened = parts.paths().directory(place.directory());
        if (opened.isEmpty()) {
            return false;
        }
        try (Descriptor directory = opened.get()) {
            boolean removed = FileTree.status(directory, place.leaf())
                            .filter(FileStatus::isRegularFile)
                            .isPresent()
                    && FileTree.remove(directory, place.leaf());
            if (removed) {
                parts.events().deleted(metric);
            }
            return removed;
        }
    }

    /**
     * Deletes a metric if its content is still the one that {@code version} names and no process has it open, and the
     * directories that this leaves empty. Waits up to five seconds for processes that have it open.
     */
    public DeleteOutcome deleteUnchanged(MetricName metric, FileVersion version) throws IOException {
        Place place = Place.of(metric);
        try {
            recovery.ensure(metric, place);
            try (MetricLocks.Held _ = parts.locks().lock(metric)) {
                try (RetirementFolder folder = new RetirementFolder(parts, place.directory())) {
                    return retirement.deleteUnchanged(metric, place, folder, version);
                }
            }
        } catch (IOException e) {
            throw StoreErrors.explained(metric, e);
        }
    }

    /** Conditional deletes of many metrics, one after the other. */
    public DeleteRun deleteRun() {
        return new DeleteRun(this, parts);
    }

    Optional<DeleteOutcome> deleteAtOnce(MetricName metric, Place place, RetirementFolder folder, FileVersion version)
            throws IOException {
        try {
            recovery.ensure(metric, place);
            Optional<MetricLocks.Held> lock = parts.locks().lockAtOnce(metric);
            if (lock.isEmpty()) {
                return Optional.empty();
            }
            try (MetricLocks.Held _ = lock.get()) {
                return retirement.deleteAtOnce(metric, place, folder, version);
            }
        } catch (IOException e) {
            throw StoreErrors.explained(metric, e);
        }
    }

    /** Unlocks the store. Uploads and reads in flight must have ended. */
    @Override
    public void close() {
        parts.disk().close();
        parts.fillMemory().close();
        parts.buffers().close();
        try {
            parts.paths().close();
        } catch (IOException e) {
            LOG.warn("{}", e.getMessage());
        }
    }
}
