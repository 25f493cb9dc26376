package org.buckytools.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.buckytools.agent.store.StoreFixture.metric;
import static org.buckytools.agent.store.StoreFixture.points;
import static org.buckytools.agent.store.StoreFixture.whisper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.buckytools.agent.store.DeleteOutcome.Deleted;
import org.buckytools.agent.store.DeleteOutcome.Kept;
import org.buckytools.agent.store.DeleteOutcome.Reason;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.PeerProcess;
import org.buckytools.whisper.PeerProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A writer in a process of its own, which opens, locks and writes files while the store works on them. */
@Tag("peer")
@Timeout(60)
class WriterPeerIT {
    private static final Duration LONG_AGO = Duration.ofMinutes(1);
    private static final Duration FOREVER = Duration.ofSeconds(40);

    /** Of the first archive in {@link StoreFixture#whisper}. */
    private static final int FIRST_SLOT = 40;

    @TempDir
    Path folder;

    private Path root;
    private StoreFixture fixture;
    private PeerProcess writer;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void start() throws Exception {
        Path python = PeerProgram.requirePython("python3", "fcntl");
        root = Files.createDirectory(folder.resolve("root"));
        writer = PeerProcess.python(python, WriterPeerIT.class, "writer.py", folder);
        open(StoreFixture.IMPATIENT);
    }

    private void open(Patience patience) throws IOException {
        if (fixture != null) {
            fixture.close();
        }
        fixture = new StoreFixture(root, Optional.empty(), false, patience);
    }

    private void openPatiently() throws IOException {
        open(new Patience(FOREVER, FOREVER, FOREVER, FOREVER, Duration.ofMillis(50)));
    }

    @AfterEach
    void stop() {
        if (writer != null) {
            writer.close();
        }
        if (fixture != null) {
            fixture.close();
        }
        threads.close();
    }

    /** A point as value of the minute before the last, in the second slot; the first has that of three minutes ago. */
    private String pointOrder(double value) {
        return "point " + (FIRST_SLOT + 12) + " " + (StoreFixture.MINUTE - 120) + " " + value;
    }

    private FileVersion version(String name) throws IOException {
        try (SourceFile file = fixture.store.readForMove(metric(name))) {
            return file.version().orElseThrow();
        }
    }

    @Test
    void nothingIsReadFilledOrReplacedWhileAWriterHasTheLock() throws Exception {
        byte[] content = whisper(0, 3);
        Path path = fixture.place("a.b", content, LONG_AGO);
        writer.ask("open " + path);
        writer.ask("lock");
        assertThatThrownBy(() -> fixture.read("a.b")).isInstanceOf(StoreBusyException.class);
        assertThatThrownBy(() -> fixture.fill("a.b", whisper(0, 1))).isInstanceOf(StoreBusyException.class);
        try (Incoming incoming = fixture.upload("a.b", whisper(0, 1))) {
            assertThatThrownBy(incoming::replace).isInstanceOf(StoreBusyException.class);
        }
        assertThat(path).hasBinaryContent(content);
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
        writer.ask("unlock");
        assertThat(fixture.fill("a.b", whisper(0, 1)).outcome()).isEqualTo(StoreResult.Outcome.FILLED);
    }

    @Test
    void aFillThatWaitedSeesWhatTheWriterWroteUnderItsLock() throws Exception {
        openPatiently();
        Path path = fixture.place("a.b", whisper(0, 3), LONG_AGO);
        writer.ask("open " + path);
        writer.ask("lock");
        Future<StoreResult> filled = threads.submit(() -> fixture.fill("a.b", whisper(100, 2, 5)));
        writer.ask(pointOrder(55));
        writer.ask("unlock");
        assertThat(filled.get().outcome()).isEqualTo(StoreResult.Outcome.FILLED);
        assertThat(points(Files.readAllBytes(path))).containsExactly("2=55.0", "3=3.0", "5=105.0");
    }

    @Test
    void aFileThatAWriterHasOpenIsKeptAndItsLaterWritesToo() throws Exception {
        Path path = fixture.place("a.b", whisper(0, 3), LONG_AGO);
        FileVersion version = version("a.b");
        writer.ask("open " + path);
        assertThat(fixture.store.deleteUnchanged(metric("a.b"), version))
                .isInstanceOfSatisfying(
                        Kept.class, kept -> assertThat(kept.reason()).isEqualTo(Reason.BUSY));
        writer.ask(pointOrder(55));
        assertThat(points(Files.readAllBytes(path))).containsExactly("2=55.0", "3=3.0");
        writer.ask("close");
        assertThat(fixture.store.deleteUnchanged(metric("a.b"), version))
                .isInstanceOfSatisfying(
                        Kept.class, kept -> assertThat(kept.reason()).isEqualTo(Reason.CHANGED));
        assertThat(fixture.store.deleteUnchanged(metric("a.b"), version("a.b"))).isInstanceOf(Deleted.class);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aFileThatAWriterHasLockedIsKept() throws Exception {
        Path path = fixture.place("a.b", whisper(0, 3), LONG_AGO);
        FileVersion version = version("a.b");
        writer.ask("open " + path);
        writer.ask("lock");
        assertThat(fixture.store.deleteUnchanged(metric("a.b"), version))
                .isInstanceOfSatisfying(
                        Kept.class, kept -> assertThat(kept.reason()).isEqualTo(Reason.BUSY));
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
    }

    @Test
    void aWriteWhileADeleteWaitsForTheWriterIsNotLost() throws Exception {
        openPatiently();
        Path path = fixture.place("a.b", whisper(0, 3), LONG_AGO);
        FileVersion version = version("a.b");
        writer.ask("open " + path);
        Future<DeleteOutcome> deleted = threads.submit(() -> fixture.store.deleteUnchanged(metric("a.b"), version));
        writer.ask(pointOrder(55));
        writer.ask("close");
        assertThat(deleted.get())
                .isInstanceOfSatisfying(
                        Kept.class, kept -> assertThat(kept.reason()).isEqualTo(Reason.CHANGED));
        assertThat(points(Files.readAllBytes(path))).containsExactly("2=55.0", "3=3.0");
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
    }

    @Test
    void aFileThatTakesThePlaceOfOneThatWaitsForItsDeleteStays() throws Exception {
        openPatiently();
        Path path = fixture.place("a.b", whisper(0, 3), LONG_AGO);
        FileVersion version = version("a.b");
        writer.ask("open " + path);
        Future<DeleteOutcome> deleted = threads.submit(() -> fixture.store.deleteUnchanged(metric("a.b"), version));
        byte[] other = whisper(1000, 1);
        Files.move(Files.write(root.resolve("other"), other), path, StandardCopyOption.REPLACE_EXISTING);
        writer.ask("close");
        assertThat(deleted.get())
                .isInstanceOfSatisfying(
                        Kept.class, kept -> assertThat(kept.reason()).isEqualTo(Reason.CHANGED));
        assertThat(path).hasBinaryContent(other);
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
    }

    @Test
    void aFileHasItsNameWhileADeleteWaitsForItsWriter() throws Exception {
        openPatiently();
        Path path = fixture.place("a.b", whisper(0, 3), LONG_AGO);
        FileVersion version = version("a.b");
        writer.ask("open " + path);
        Future<DeleteOutcome> deleted = threads.submit(() -> fixture.store.deleteUnchanged(metric("a.b"), version));
        for (int i = 0; i < 100; i++) {
            assertThat(path).exists();
        }
        assertThat(fixture.store.stat(metric("a.b"))).isPresent();
        writer.ask("close");
        assertThat(deleted.get()).isInstanceOf(Deleted.class);
        assertThat(fixture.events).containsExactly("deleted a.b");
        assertThat(root).isEmptyDirectory();
    }
}
