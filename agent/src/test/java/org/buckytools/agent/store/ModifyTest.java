package org.buckytools.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.buckytools.agent.store.StoreFixture.metric;
import static org.buckytools.agent.store.StoreFixture.points;
import static org.buckytools.agent.store.StoreFixture.whisper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.posix.Flock;
import org.buckytools.whisper.reshape.Change;
import org.buckytools.whisper.reshape.ImpossibleChangeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModifyTest {
    /** The first archive, of an hour, is to be one of two hours. */
    private static final Change LONGER = new Change(
            Optional.of(new Change.Resize(0, new Retention(60, 120))),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            false);

    @TempDir
    Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new StoreFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private Modification modify(String name, Change change, boolean dryRun) throws IOException {
        return fixture.store.modify(metric(name), change, OptionalLong.empty(), dryRun);
    }

    @Test
    void givesAFileAnotherSchemaInPlace() throws IOException {
        Path path = fixture.place("a.b", whisper(0, 1, 2, 59), Duration.ofMinutes(1));
        Files.setPosixFilePermissions(path, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r-----"));
        Object inode = Files.getAttribute(path, "unix:ino");

        Modification done = modify("a.b", LONGER, false);

        assertThat(done.changed()).isTrue();
        assertThat(done.after().retentions()).containsExactly(new Retention(60, 120), new Retention(300, 144));
        assertThat(done.sizeAfter()).isEqualTo(Files.size(path)).isGreaterThan(done.sizeBefore());
        assertThat(done.points().lost()).isZero();
        assertThat(points(Files.readAllBytes(path))).containsExactly("1=1.0", "2=2.0", "59=59.0");
        assertThat(Files.getAttribute(path, "unix:ino")).isEqualTo(inode);
        assertThat(Files.getPosixFilePermissions(path)).hasSize(3);
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void saysWhatWouldBecomeOfItAndTouchesNothing() throws IOException {
        byte[] before = whisper(0, 1, 2);
        Path path = fixture.place("a.b", before, Duration.ofMinutes(1));
        var written = Files.getLastModifiedTime(path);

        Modification done = modify("a.b", LONGER, true);

        assertThat(done.changed()).isTrue();
        assertThat(done.points().kept()).isEqualTo(2);
        assertThat(path).hasBinaryContent(before);
        assertThat(Files.getLastModifiedTime(path)).isEqualTo(written);
    }

    @Test
    void leavesAFileThatIsAsWantedAlone() throws IOException {
        Path path = fixture.place("a.b", whisper(0, 1), Duration.ofMinutes(1));
        modify("a.b", LONGER, false);
        byte[] once = Files.readAllBytes(path);

        assertThat(modify("a.b", LONGER, false).changed()).isFalse();
        assertThat(path).hasBinaryContent(once);
    }

    @Test
    void changesTheMethodInTheHeaderAlone() throws IOException {
        byte[] before = whisper(0, 1, 2);
        Path path = fixture.place("a.b", before, Duration.ofMinutes(1));
        Change method = new Change(
                Optional.empty(), List.of(), List.of(), Optional.of(Aggregation.MAX), Optional.of(0.25f), false);

        Modification done = modify("a.b", method, false);

        byte[] now = Files.readAllBytes(path);
        WhisperHeader header = WhisperHeader.parse(ByteBuffer.wrap(now), now.length, "it");
        assertThat(header).isEqualTo(done.after());
        assertThat(header.shape()).isEqualTo("1m:1h,5m:12h max 0.25");
        ByteBuffer.wrap(now).put(before, 0, 12);
        assertThat(now).isEqualTo(before);
    }

    @Test
    void refusesWhatCannotBeAndSaysWhatIsMissing() throws IOException {
        byte[] before = whisper(0, 1);
        Path path = fixture.place("a.b", before, Duration.ofMinutes(1));
        Change none = new Change(
                Optional.empty(),
                List.of(),
                Retention.parseList("1m:1h,5m:12h"),
                Optional.empty(),
                Optional.empty(),
                false);

        assertThatThrownBy(() -> modify("a.b", none, false)).isInstanceOf(ImpossibleChangeException.class);
        assertThatThrownBy(() -> modify("a.c", LONGER, false)).isInstanceOf(MetricNotFoundException.class);
        assertThat(path).hasBinaryContent(before);

        byte[] damaged = new byte[200];
        fixture.place("a.d", damaged, Duration.ofMinutes(1));
        assertThatThrownBy(() -> modify("a.d", LONGER, false)).isInstanceOf(CorruptWhisperFileException.class);
        assertThat(fixture.path("a.d")).hasBinaryContent(damaged);
    }

    @Test
    void waitsForWhoHoldsTheLockAndGivesUp() throws IOException {
        Path path = fixture.place("a.b", whisper(0, 1), Duration.ofMinutes(1));
        try (Flock _ = Flock.exclusive(path, Duration.ZERO)) {
            assertThatThrownBy(() -> modify("a.b", LONGER, false)).isInstanceOf(StoreBusyException.class);
        }
        assertThat(modify("a.b", LONGER, false).changed()).isTrue();
    }

    @Test
    void losesNoPointOfAWriterThatLocks() throws Exception {
        Path path = fixture.place("a.b", whisper(0), Duration.ofMinutes(1));
        long now = StoreFixture.MINUTE;
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> {
            int written = 0;
            try {
                for (; written < 50 && !(over.get() && written >= 10); written++) {
                    try (WhisperFile file =
                            WhisperFile.openLocked(path, WhisperFile.Access.WRITE, Duration.ofSeconds(10))) {
                        file.update(new Point(now - written * 60L, written + 0.5), now);
                    }
                }
                return written;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        Change back = new Change(
                Optional.of(new Change.Resize(0, new Retention(60, 60))),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                false);
        for (int i = 0; i < 20; i++) {
            modify("a.b", i % 2 == 0 ? LONGER : back, false);
        }
        over.set(true);
        int written = writer.get();

        List<String> points = points(Files.readAllBytes(path));
        assertThat(points).hasSize(written);
        for (int i = 0; i < written; i++) {
            String value = "=" + (i + 0.5);
            assertThat(points).anyMatch(point -> point.endsWith(value));
        }
    }

    @Test
    void aStageThatAnotherProgramHasAppliedAndRemovedIsNotAppliedAgain() throws Exception {
        byte[] stage = whisper(5, 1, 2);
        Path path = fixture.place("a.b", whisper(0, 3), Duration.ofMinutes(1));
        Path hidden = folder.resolve("a/.bucky-replace-0123456789abcdef/b");
        Files.createDirectories(hidden.getParent());
        Files.write(hidden, stage);
        CompletableFuture<Void> recovery;
        byte[] written;
        try (Flock _ = Flock.exclusive(path, Duration.ZERO)) {
            recovery =
                    CompletableFuture.runAsync(() -> fixture.store.leftovers().leftoversIn("a"));
            // The other program is through, and a writer has come since.
            written = whisper(9, 1);
            Files.write(path, written);
            Files.delete(hidden);
        }
        recovery.get();

        assertThat(path).hasBinaryContent(written);
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
    }
}
