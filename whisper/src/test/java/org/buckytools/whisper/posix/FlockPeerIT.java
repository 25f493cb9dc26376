package org.buckytools.whisper.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.buckytools.whisper.PeerProcess;
import org.buckytools.whisper.PeerProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our locks and those of a Python process, which are those of carbon-cache, on one file. */
@Tag("peer")
@Timeout(60)
class FlockPeerIT {
    @TempDir
    private Path folder;

    private Path file;
    private PeerProcess python;

    @BeforeEach
    void startPython() throws Exception {
        Path interpreter = PeerProgram.requirePython("python3", "fcntl");
        file = Files.createFile(folder.resolve("a.wsp"));
        python = PeerProcess.python(interpreter, FlockPeerIT.class, "hold.py", folder, file.toString());
    }

    @AfterEach
    void stopPython() {
        if (python != null) {
            python.close();
        }
    }

    @Test
    void ourExclusiveLockKeepsPythonOut() throws IOException {
        try (Flock _ = Flock.exclusive(file, Duration.ZERO)) {
            assertThat(python.ask("try-exclusive")).isEqualTo("no");
            assertThat(python.ask("try-shared")).isEqualTo("no");
        }
        assertThat(python.ask("try-exclusive")).isEqualTo("yes");
    }

    @Test
    void ourSharedLockLetsPythonReadOnly() throws IOException {
        try (Flock _ = Flock.shared(file, Duration.ZERO)) {
            assertThat(python.ask("try-exclusive")).isEqualTo("no");
            assertThat(python.ask("try-shared")).isEqualTo("yes");
        }
    }

    @Test
    void pythonsExclusiveLockKeepsUsOut() throws IOException {
        python.ask("lock-exclusive");
        assertThat(Flock.tryExclusive(file)).isEmpty();
        python.ask("unlock");
        Flock.exclusive(file, Duration.ZERO).close();
    }

    @Test
    void pythonsSharedLockLetsUsReadOnly() throws IOException {
        python.ask("lock-shared");
        assertThat(Flock.tryExclusive(file)).isEmpty();
        Flock.shared(file, Duration.ZERO).close();
    }

    @Test
    void weWaitForPythonAndPythonWaitsForUs() throws Exception {
        python.ask("lock-exclusive");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Flock> waiting = threads.submit(() -> Flock.exclusive(file, Duration.ofSeconds(30)));
            python.ask("unlock");
            try (Flock _ = waiting.get()) {
                assertThat(python.ask("try-shared")).isEqualTo("no");
                python.send("lock-exclusive");
            }
            assertThat(python.answer()).isEqualTo("done");
            assertThat(Flock.tryExclusive(file)).isEmpty();
        }
    }

    @Test
    void aWriteLeaseNeedsThatPythonHasTheFileClosed() throws IOException {
        try (Descriptor descriptor = Descriptor.open(file)) {
            assertThat(descriptor.tryWriteLease()).isEqualTo(Descriptor.Lease.BUSY);
            python.ask("release");
            assertThat(descriptor.tryWriteLease()).isEqualTo(Descriptor.Lease.ACQUIRED);
            // The kernel now signals this process, which must not die of it.
            assertThat(python.ask("try-open")).isEqualTo("no");
            python.send("open");
            descriptor.releaseLease();
            assertThat(python.answer()).isEqualTo("done");
            assertThat(descriptor.tryWriteLease()).isEqualTo(Descriptor.Lease.BUSY);
            python.ask("close");
            assertThat(descriptor.tryWriteLease()).isEqualTo(Descriptor.Lease.ACQUIRED);
        }
        assertThat(python.ask("try-open")).isEqualTo("yes");
    }
}
