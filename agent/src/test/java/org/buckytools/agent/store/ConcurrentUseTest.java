package org.buckytools.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.buckytools.agent.store.StoreFixture.metric;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.buckytools.agent.store.DeleteOutcome.Deleted;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Archive;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many requests on few names: every point that was stored is in a file, or in a copy that allowed a delete. */
class ConcurrentUseTest {
    private static final List<String> NAMES = List.of("a.b.one", "a.b.two", "c");
    private static final int SLOTS = 2880;
    private static final Duration WORKS_FOR = Duration.ofSeconds(3);
    private static final WhisperHeader HEADER =
            WhisperHeader.create(List.of(new Retention(60, SLOTS)), Aggregation.LAST, 0.5f);

    @TempDir
    Path folder;

    private final long minute = StoreFixture.MINUTE;

    /** A file with one point, which no other has: its age in minutes is its value. */
    private byte[] withPoint(int age) {
        ByteBuffer file = ByteBuffer.allocate((int) HEADER.fileSize());
        HEADER.write(file);
        ArchiveInfo info = HEADER.archives().getFirst();
        Archive archive = Archive.empty(info);
        archive.set(0, minute - age * 60L, age);
        archive.encode(file, 0, info.points());
        return file.array();
    }

    private static Set<Integer> pointsOf(byte[] file) throws IOException {
        WhisperHeader header = WhisperHeader.parse(ByteBuffer.wrap(file), file.length, "test");
        ArchiveInfo info = header.archives().getFirst();
        Archive archive = Archive.decode(ByteBuffer.wrap(file).position((int) info.offset()), info);
        Set<Integer> points = new TreeSet<>();
        for (int slot = 0; slot < info.points(); slot++) {
            if (archive.timeAt(slot) != 0) {
                points.add((int) archive.valueAt(slot));
            }
        }
        return points;
    }

    private static final class Tally {
        final AtomicInteger nextAge = new AtomicInteger(1);
        final Set<Integer> stored = new ConcurrentSkipListSet<>();
        final Set<Integer> movedAway = new ConcurrentSkipListSet<>();
        final AtomicInteger deletes = new AtomicInteger();
    }

    @Test
    @Timeout(60)
    void noPointIsLostWhateverHappensAtOnce() throws Exception {
        List<Tally> tallies = NAMES.stream().map(_ -> new Tally()).toList();
        try (StoreFixture fixture = new StoreFixture(folder);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long end = System.nanoTime() + WORKS_FOR.toNanos();
            List<Future<?>> work = new ArrayList<>();
            for (int i = 0; i < NAMES.size(); i++) {
                String name = NAMES.get(i);
                Tally tally = tallies.get(i);
                for (int worker = 0; worker < 4; worker++) {
                    int seed = i * 10 + worker;
                    boolean inBatches = worker == 3;
                    work.add(threads.submit(() -> {
                        Random random = new Random(seed);
                        while (System.nanoTime() < end) {
                            if (inBatches) {
                                storeBatch(fixture, name, tally);
                            } else {
                                store(fixture, name, tally);
                            }
                            LockSupport.parkNanos(random.nextInt(200_000_000));
                        }
                        return null;
                    }));
                }
                for (int worker = 0; worker < 2; worker++) {
                    work.add(threads.submit(() -> {
                        while (System.nanoTime() < end) {
                            moveAway(fixture, name, tally);
                        }
                        return null;
                    }));
                }
            }
            for (Future<?> each : work) {
                each.get();
            }
            for (int i = 0; i < NAMES.size(); i++) {
                Tally tally = tallies.get(i);
                Set<Integer> found = new TreeSet<>(tally.movedAway);
                if (fixture.store.stat(metric(NAMES.get(i))).isPresent()) {
                    found.addAll(pointsOf(fixture.read(NAMES.get(i))));
                }
                assertThat(found).containsAll(tally.stored);
                assertThat(tally.deletes.get()).as("deletes of " + NAMES.get(i)).isPositive();
            }
            assertThat(fixture.tree()).noneMatch(path -> path.contains(".bucky-"));
        }
    }

    private void store(StoreFixture fixture, String name, Tally tally) throws IOException {
        int age = tally.nextAge.getAndIncrement();
        if (age >= SLOTS - 10) {
            return;
        }
        assertThat(fixture.fill(name, withPoint(age)).leftBehind()).isZero();
        tally.stored.add(age);
    }

    private void storeBatch(StoreFixture fixture, String name, Tally tally) throws IOException {
        int first = tally.nextAge.getAndAdd(3);
        if (first >= SLOTS - 10) {
            return;
        }
        try (StagedBatch batch = fixture.store.batch()) {
            for (int age = first; age < first + 3; age++) {
                batch.add(fixture.upload(name, withPoint(age)));
            }
            for (StagedBatch.Result result : batch.commit(StoreFixture.now())) {
                assertThat(result.failure()).isEmpty();
            }
        }
        for (int age = first; age < first + 3; age++) {
            tally.stored.add(age);
        }
    }

    /** Copies, and deletes what was copied: the heart of a rebalance. */
    private static void moveAway(StoreFixture fixture, String name, Tally tally) throws IOException {
        byte[] copy;
        FileVersion version;
        try (SourceFile file = fixture.store.readForMove(metric(name))) {
            if (file.version().isEmpty()) {
                return;
            }
            version = file.version().get();
            copy = fixture.content(file, ChunkMode.SKIP_ZEROS);
        } catch (MetricNotFoundException e) {
            LockSupport.parkNanos(1_000_000);
            return;
        }
        if (fixture.store.deleteUnchanged(metric(name), version) instanceof Deleted) {
            tally.movedAway.addAll(pointsOf(copy));
            tally.deletes.incrementAndGet();
        }
    }
}
