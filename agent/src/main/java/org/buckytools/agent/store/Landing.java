package org.buckytools.agent.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.buckytools.agent.store.Extents.Extent;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.fill.FillReport;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileContent;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;

/** Makes whole stages visible: as a new file, by filling, or by replacing. Callers hold the metric's lock. */
final class Landing {
    // Another program that makes and removes the same file all the time.
    private static final int ATTEMPTS = 100;

    private static final int COPY_BYTES = BufferPool.LARGE_BYTES;

    private final StoreParts parts;
    private final Filler filler;

    Landing(StoreParts parts, Filler filler) {
        this.parts = parts;
        this.filler = filler;
    }

    /** What is to be landed; its bytes can be exchanged for a copy that can be linked. */
    static final class Cargo implements AutoCloseable {
        final MetricName metric;
        final Place place;
        final long size;
        final int mode;
        final Optional<SourceTime> time;
        final long dumpNanos;
        final boolean fills;
        private Body body;

        /**
         * @param time for the file, where it is to have its source's
         * @param fills whether it will probably be filled into a file, and need not be durable itself
         */
        Cargo(
                MetricName metric,
                Place place,
                long size,
                int mode,
                Optional<SourceTime> time,
                long dumpNanos,
                Body body,
                boolean fills) {
            this.metric = metric;
            this.place = place;
            this.size = size;
            this.mode = mode;
            this.time = time;
            this.dumpNanos = dumpNanos;
            this.body = body;
            this.fills = fills;
        }

        StoreResult result(StoreResult.Outcome outcome, long leftBehind, long fillNanos, long copyNanos) {
            return new StoreResult(outcome, size, leftBehind, new FillTimings(0, dumpNanos, fillNanos, 0, copyNanos));
        }

        Body body() {
            return body;
        }

        /** The file beside the target that the bytes are in; empty if they are elsewhere. */
        Optional<Stage> beside() {
            return body instanceof Stage stage && stage.isBeside() ? Optional.of(stage) : Optional.empty();
        }

        /** As {@link #beside}, moving them there if need be. */
        Stage movedBeside() throws IOException {
            Optional<Stage> there = beside();
            if (there.isPresent()) {
                return there.get();
            }
            Body elsewhere = body;
            Stage copy = elsewhere.besideTarget(mode);
            body = copy;
            elsewhere.close();
            return copy;
        }

        @Override
        public void close() {
            body.close();
        }
    }

    /**
     * Makes the metric or fills it.
     *
     * @param syncsDirectory whether the caller makes a new file's directory entry durable, and then calls
     *     {@link Stage#requireAsLinked}
     */
    StoreResult createOrFill(Cargo cargo, long sourceNow, boolean syncsDirectory) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long start = System.nanoTime();
            if (create(cargo, syncsDirectory)) {
                return cargo.result(StoreResult.Outcome.CREATED, 0, 0, System.nanoTime() - start);
            }
            Optional<Descriptor> found = parts.paths().openForWriting(cargo.metric, cargo.place);
            if (found.isPresent()) {
                try (Descriptor existing = found.get()) {
                    Optional<FillReport> filled =
                            filler.fill(cargo.metric, cargo.place, existing, cargo.body(), sourceNow, cargo.time);
                    if (filled.isPresent()) {
                        FillReport report = filled.get();
                        return cargo.result(
                                report.changed() ? StoreResult.Outcome.FILLED : StoreResult.Outcome.UNCHANGED,
                                report.withoutPlace() + report.laterThanNow(),
                                System.nanoTime() - start,
                                0);
                    }
                }
            }
        }
        throw new StoreBusyException(cargo.metric + " is made and removed by another program all the time");
    }

    /** Gives the stage its target's name; false if that is taken. */
    private boolean create(Cargo cargo, boolean syncsDirectory) throws IOException {
        // What is filled from need not be durable itself.
        if (cargo.fills && parts.paths().status(cargo.place).isPresent()) {
            return false;
        }
        Stage stage = cargo.movedBeside();
        if (!stage.isDurable()) {
            // One of a batch is already, and handing a task to another thread costs more than all else here.
            parts.disk().run(stage::sync);
        }
        if (cargo.time.isPresent()) {
            // Before it has its name: from then on only writers change its time.
            cargo.time.get().giveTo(stage.file());
        }
        if (!stage.link()) {
            return false;
        }
        parts.events().created(cargo.metric);
        if (!syncsDirectory) {
            syncDirectory(cargo.place, stage.directory());
            stage.requireAsLinked(cargo.metric);
        }
        return true;
    }

    void syncDirectory(Place place, Descriptor directory) throws IOException {
        parts.disk().run(() -> parts.paths().sync(place.directory(), directory));
    }

    /** Makes the metric, or gives its file this content in place. */
    StoreResult replace(Cargo cargo) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long start = System.nanoTime();
            if (create(cargo, false)) {
                return cargo.result(StoreResult.Outcome.CREATED, 0, 0, System.nanoTime() - start);
            }
            Optional<Descriptor> found = parts.paths().openForWriting(cargo.metric, cargo.place);
            if (found.isPresent()) {
                try (Descriptor existing = found.get()) {
                    if (replaceContent(cargo, existing)) {
                        return cargo.result(StoreResult.Outcome.REPLACED, 0, 0, System.nanoTime() - start);
                    }
                }
            }
        }
        throw new StoreBusyException(cargo.metric + " is made and removed by another program all the time");
    }

    private boolean replaceContent(Cargo cargo, Descriptor existing) throws IOException {
        parts.disk().run(cargo.movedBeside()::sync);
        // Memory first: nobody waits for memory while others wait for the file.
        try (BufferPool.Lease memory = parts.buffers().acquire(COPY_BYTES)) {
            existing.lock(true, parts.patience().fileLock());
            try {
                if (!filler.isStillNamed(cargo.place, FileStatus.of(existing))) {
                    return false;
                }
                replaceLocked(cargo, existing, memory.block(0));
                return true;
            } finally {
                existing.unlock();
            }
        }
    }

    /**
     * Gives an existing file, which the caller has locked, the content of a cargo that is beside it. Durable on return.
     *
     * @param buffer to copy through
     * @throws IOException if it failed; the file is as it was, or noted as half replaced and completed before it is used again
     */
    void replaceLocked(Cargo cargo, Descriptor existing, MemorySegment buffer) throws IOException {
        Stage stage = cargo.beside().orElseThrow();
        parts.disk().run(stage::sync);
        reserve(existing, stage.file());
        Descriptor directory = stage.directory();
        String hidden = parts.hidden().next(HiddenNames.Kind.REPLACE);
        FileTree.createDirectory(directory, hidden, 0700);
        boolean begun = false;
        boolean applied = false;
        try (Descriptor inside =
                FileTree.find(directory, hidden, OpenFlag.DIRECTORY).orElseThrow()) {
            try {
                // From here on the new content survives a crash and is applied at the next start.
                stage.moveTo(inside, cargo.place.stem());
                parts.disk().run(() -> {
                    inside.sync();
                    parts.paths().sync(cargo.place.directory(), directory);
                });
                begun = true;
                apply(stage.file(), existing, cargo.size, buffer);
                if (cargo.time.isPresent()) {
                    cargo.time.get().giveTo(existing);
                }
                applied = true;
            } catch (IOException e) {
                if (begun) {
                    throw new IOException(
                            cargo.metric + " is half replaced; its whole new content is kept in " + hidden
                                    + " beside it and applied again before the metric is used: " + e.getMessage(),
                            e);
                }
                throw e;
            } finally {
                if (begun && !applied) {
                    parts.halfReplaced().add(cargo.metric, hidden);
                    parts.hidden().abandon(hidden);
                } else {
                    // While the file is locked: recovery would undo what others write from then on.
                    FileTree.remove(inside, cargo.place.stem());
                }
            }
        } finally {
            if (!begun || applied) {
                Descriptors.removeDirectoryQuietly(directory, hidden);
            }
        }
        syncDirectory(cargo.place, directory);
    }

    /**
     * Takes the space that the new content needs before a byte of the old one is gone, so that a full disk costs nothing. File
     * systems that cannot do that, or copy on write, may still fail halfway; then recovery completes it.
     */
    private static void reserve(Descriptor existing, Descriptor source) throws IOException {
        for (Extent extent : Extents.of(source, FileStatus.of(source))) {
            if (!FileContent.reserve(existing, extent.from(), extent.length())) {
                return;
            }
        }
    }

    /**
     * Copies a whole, durable stage over an existing file, which the caller has locked. Durable on return.
     *
     * @param size of the stage
     * @param buffer to copy through
     */
    void apply(Descriptor stage, Descriptor existing, long size, MemorySegment buffer) throws IOException {
        long done = 0;
        for (Extent extent : Extents.of(stage, FileStatus.of(stage))) {
            writeZeros(existing, done, extent.from());
            for (long at = extent.from(); at < extent.to(); at += buffer.byteSize()) {
                MemorySegment part = buffer.asSlice(0, Math.min(buffer.byteSize(), extent.to() - at));
                FileContent.readFully(stage, part, at);
                FileContent.write(existing, part, at);
            }
            done = extent.to();
        }
        writeZeros(existing, done, size);
        FileContent.truncate(existing, size);
        parts.disk().run(existing::syncData);
    }

    private void writeZeros(Descriptor file, long from, long to) throws IOException {
        if (to <= from || (parts.config().sparse() && file.punchHole(from, to - from))) {
            return;
        }
        for (long at = from; at < to; at += BufferPool.SMALL_BYTES) {
            FileContent.write(file, Zeros.some(Math.min(BufferPool.SMALL_BYTES, to - at)), at);
        }
    }
}
