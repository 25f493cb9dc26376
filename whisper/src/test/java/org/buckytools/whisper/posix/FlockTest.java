package org.buckytools.whisper.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FlockTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void makeAFile() throws IOException {
        file = Files.createFile(folder.resolve("ä.wsp"));
    }

    @Test
    void sharedLocksStandBesideEachOther() throws IOException {
        try (Flock one = Flock.shared(file, Duration.ZERO);
                Flock two = Flock.shared(file, Duration.ZERO)) {
            assertThat(one.descriptor().number()).isNotEqualTo(two.descriptor().number());
            assertThat(Flock.tryExclusive(file)).isEmpty();
        }
        try (Flock alone = Flock.tryExclusive(file).orElseThrow()) {
            assertThat(alone.descriptor().path()).isEqualTo(file.toString());
        }
    }

    @Test
    void anExclusiveLockExcludesAllOthersUntilItIsClosed() throws IOException {
        try (Flock lock = Flock.exclusive(file, Duration.ZERO)) {
            assertThat(FileStatus.of(lock.descriptor()).isSameFile(FileStatus.of(file)))
                    .isTrue();
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> Flock.shared(file, Duration.ZERO))
                    .withMessageContaining(file.toString());
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> Flock.exclusive(file, Duration.ofMillis(20)));
        }
        Flock.shared(file, Duration.ZERO).close();
    }

    @Test
    void manyVirtualThreadsTakeTurns() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger turns = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<String>>> results = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                results.add(threads.submit(() -> {
                    try (Flock lock = Flock.exclusive(file, Duration.ofSeconds(20))) {
                        int others = inside.getAndIncrement();
                        turns.incrementAndGet();
                        FileStatus.of(lock.descriptor());
                        inside.decrementAndGet();
                        return others == 0 ? Optional.empty() : Optional.of(lock.descriptor() + " held twice");
                    }
                }));
            }
            for (Future<Optional<String>> result : results) {
                assertThat(result.get()).isEmpty();
            }
        }
        assertThat(turns).hasValue(40);
    }

    @Test
    void stopsWaitingWhenItIsInterrupted() throws Exception {
        try (Flock _ = Flock.exclusive(file, Duration.ZERO);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> waiting = threads.submit(() -> {
                Thread.currentThread().interrupt();
                assertThatExceptionOfType(InterruptedIOException.class)
                        .isThrownBy(() -> Flock.exclusive(file, Duration.ofDays(1)));
                return Thread.currentThread().isInterrupted();
            });
            assertThat(waiting.get()).isTrue();
        }
    }

    @Test
    void leavesNoDescriptorOpenWhenItFails() throws IOException {
        try (Flock _ = Flock.exclusive(file, Duration.ZERO)) {
            int before = openDescriptors();
            for (int i = 0; i < 50; i++) {
                assertThat(Flock.tryExclusive(file)).isEmpty();
                assertThatExceptionOfType(LockTimeoutException.class)
                        .isThrownBy(() -> Flock.exclusive(file, Duration.ZERO));
            }
            assertThat(openDescriptors()).isLessThan(before + 20);
        }
    }

    private static int openDescriptors() throws IOException {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return (int) entries.count();
        }
    }

    @Test
    void closesOnce() throws IOException {
        Flock lock = Flock.exclusive(file, Duration.ZERO);
        lock.close();
        try (Flock again = Flock.tryExclusive(file).orElseThrow()) {
            lock.close();
            assertThat(again).hasToString("lock on " + file);
            assertThat(Flock.tryExclusive(file)).isEmpty();
        }
    }

    @Test
    void saysThatThereIsNoSuchFile() {
        Path missing = folder.resolve("missing");
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> Flock.exclusive(missing, Duration.ZERO))
                .withMessage(missing + ": no such file or directory (ENOENT) in open")
                .satisfies(e -> {
                    assertThat(e.errno()).isEqualTo(Errno.ENOENT);
                    assertThat(e.errnoName()).isEqualTo("ENOENT");
                    assertThat(e.path()).isEqualTo(missing.toString());
                    assertThat(e.call()).isEqualTo("open");
                });
    }
}
