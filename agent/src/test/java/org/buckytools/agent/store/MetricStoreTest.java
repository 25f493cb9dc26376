package org.buckytools.agent.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.buckytools.agent.store.StoreFixture.metric;
import static org.buckytools.agent.store.StoreFixture.now;
import static org.buckytools.agent.store.StoreFixture.points;
import static org.buckytools.agent.store.StoreFixture.whisper;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.buckytools.agent.store.StoreResult.Outcome;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricStoreTest {
    @TempDir
    Path folder;

    private StoreFixture fixture;
    private MetricStore store;

    @BeforeEach
    void open() throws IOException {
        fixture = new StoreFixture(Files.createDirectory(folder.resolve("root")));
        store = fixture.store;
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void makesAnExactCopyOfWhatIsNew() throws IOException {
        byte[] content = whisper(0, 1, 2, 30);
        StoreResult result = fixture.fill("a.b.c", content);
        assertThat(result.outcome()).isEqualTo(Outcome.CREATED);
        assertThat(result.size()).isEqualTo(content.length);
        assertThat(fixture.path("a.b.c")).hasBinaryContent(content);
        assertThat(fixture.tree()).containsExactly("a/", "a/b/", "a/b/c.wsp");
        assertThat(fixture.events).containsExactly("created a.b.c");
    }

    @Test
    void fillsWhatExistsAndChangesNoPointOfIt() throws IOException {
        fixture.place("a.b", whisper(0, 1, 3), Duration.ofMinutes(1));
        long inode = (long) Files.getAttribute(fixture.path("a.b"), "unix:ino");
        StoreResult result = fixture.fill("a.b", whisper(100, 1, 2));
        assertThat(result.outcome()).isEqualTo(Outcome.FILLED);
        assertThat(points(Files.readAllBytes(fixture.path("a.b")))).containsExactly("1=1.0", "2=102.0", "3=3.0");
        assertThat(Files.getAttribute(fixture.path("a.b"), "unix:ino")).isEqualTo(inode);
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void saysWhenAFillChangedNothing() throws IOException {
        byte[] content = whisper(0, 1, 2);
        fixture.fill("a.b", content);
        assertThat(fixture.fill("a.b", content).outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(fixture.path("a.b")).hasBinaryContent(content);
    }

    @Test
    void countsPointsThatAreLaterThanNowAsLeftBehind() throws IOException {
        fixture.fill("a.b", whisper(0, 5));
        assertThat(fixture.fill("a.b", whisper(0, -10)).leftBehind()).isEqualTo(1);
    }

    @Test
    void worksWithTheLaterOfBothClocks() throws IOException {
        fixture.fill("a.b", whisper(0, 5));
        try (Incoming incoming = fixture.upload("a.b", whisper(0, -10))) {
            StoreResult result = incoming.createOrFill(now() + 1200);
            assertThat(result.leftBehind()).isZero();
            assertThat(result.outcome()).isEqualTo(Outcome.FILLED);
        }
    }

    @Test
    void fillsAFileThatCameIntoBeingDuringTheUpload() throws IOException {
        try (Incoming incoming = fixture.upload("a.b", whisper(100, 1, 2))) {
            fixture.place("a.b", whisper(0, 1, 3), Duration.ZERO);
            assertThat(incoming.createOrFill(now()).outcome()).isEqualTo(Outcome.FILLED);
        }
        assertThat(points(Files.readAllBytes(fixture.path("a.b")))).containsExactly("1=1.0", "2=102.0", "3=3.0");
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
    }

    @Test
    void replacesTheContentButNotTheFile() throws IOException {
        fixture.place("a.b", whisper(0, 1, 3), Duration.ofMinutes(1));
        long inode = (long) Files.getAttribute(fixture.path("a.b"), "unix:ino");
        byte[] content = whisper(100, 2);
        try (Incoming incoming = fixture.upload("a.b", content)) {
            assertThat(incoming.replace().outcome()).isEqualTo(Outcome.REPLACED);
        }
        assertThat(fixture.path("a.b")).hasBinaryContent(content);
        assertThat(Files.getAttribute(fixture.path("a.b"), "unix:ino")).isEqualTo(inode);
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
    }

    @Test
    void aReplacementCutsALongerFile() throws IOException {
        byte[] content = whisper(0, 2);
        fixture.place("a", Arrays.copyOf(whisper(0, 1), 100_000), Duration.ofMinutes(1));
        try (Incoming incoming = fixture.upload("a", content)) {
            incoming.replace();
        }
        assertThat(fixture.path("a")).hasBinaryContent(content);
    }

    @Test
    void replacingWhatIsNotThereMakesIt() throws IOException {
        byte[] content = whisper(0, 2);
        try (Incoming incoming = fixture.upload("x.y", content)) {
            assertThat(incoming.replace().outcome()).isEqualTo(Outcome.CREATED);
        }
        assertThat(fixture.path("x.y")).hasBinaryContent(content);
        assertThat(fixture.events).containsExactly("created x.y");
    }

    @Test
    void anUploadThatIsGivenUpLeavesNothing() throws IOException {
        try (Incoming incoming = fixture.upload("a.b.c", whisper(0, 1))) {
            assertThat(fixture.path("a.b.c")).doesNotExist();
            assertThat(incoming.size()).isPositive();
        }
        assertThat(fixture.tree()).isEmpty();
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void noUploadIsVisibleBeforeItIsWhole() throws IOException {
        byte[] content = whisper(0, 1);
        try (Incoming incoming = store.receive(metric("a.b"), content.length, 0644)) {
            incoming.write(0, ByteBuffer.wrap(content, 0, 100));
            assertThat(store.stat(metric("a.b"))).isEmpty();
            assertThat(fixture.tree()).hasSize(2).noneMatch(name -> name.endsWith(".wsp"));
            incoming.write(100, ByteBuffer.wrap(content, 100, content.length - 100));
            incoming.createOrFill(now());
        }
        assertThat(store.stat(metric("a.b"))).isPresent();
    }

    @Test
    void refusesWhatIsNoWhisperFile() throws IOException {
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        assertThatThrownBy(() -> fixture.fill("a.b", noise))
                .isInstanceOf(BadUploadException.class)
                .hasMessageContaining("upload of a.b");
        assertThatThrownBy(() -> fixture.fill("a.b", Arrays.copyOf(whisper(0, 1), 1000)))
                .isInstanceOf(BadUploadException.class);
        assertThatThrownBy(() -> store.receive(metric("a.b"), 28, 0644)).isInstanceOf(BadUploadException.class);
        assertThatThrownBy(() -> store.receive(metric("a.b"), Long.MAX_VALUE, 0644))
                .isInstanceOf(BadUploadException.class);
        assertThat(fixture.tree()).isEmpty();
    }

    @Test
    void keepsCompressedFilesAsTheyAreButNeverFillsFromOrIntoThem() throws IOException {
        byte[] compressed = "whisper_compressed\1 and so on and on".getBytes(US_ASCII);
        fixture.fill("a.b", compressed);
        assertThat(Files.readAllBytes(fixture.path("a.b"))).isEqualTo(compressed);
        byte[] standard = whisper(0, 1);
        fixture.fill("c.d", standard);
        assertThatThrownBy(() -> fixture.fill("c.d", compressed))
                .isInstanceOf(CompressedMetricException.class)
                .hasMessage(
                        "c.d comes as a compressed file (go-carbon's format), which cannot be filled into the file that"
                                + " is here");
        assertThatThrownBy(() -> fixture.fill("a.b", standard))
                .isInstanceOf(CompressedMetricException.class)
                .hasMessage("a.b is a compressed file here (go-carbon's format), into which nothing can be filled");
        assertThat(Files.readAllBytes(fixture.path("a.b"))).isEqualTo(compressed);
        assertThat(Files.readAllBytes(fixture.path("c.d"))).isEqualTo(standard);
    }

    @Test
    void bytesBehindTheLastArchiveCostNoMemoryInAFill() throws IOException {
        byte[] content = whisper(0, 1, 2);
        Path long1 = fixture.place("a.b", whisper(100, 1), Duration.ofMinutes(1));
        try (RandomAccessFile file = new RandomAccessFile(long1.toFile(), "rw")) {
            // A hole of 3 GiB: more than can be filled in memory, and than this test has.
            file.setLength(3L << 30);
        }
        assertThat(fixture.fill("a.b", content).outcome()).isEqualTo(StoreResult.Outcome.FILLED);
        try (InputStream file = Files.newInputStream(long1)) {
            assertThat(points(file.readNBytes(content.length))).containsExactly("1=101.0", "2=2.0");
        }
        assertThat(Files.size(long1)).isEqualTo(3L << 30);
        Files.delete(long1);
    }

    @Test
    void refusesBytesBeyondTheSizeAnnounced() throws IOException {
        try (Incoming incoming = store.receive(metric("a.b"), 100, 0644)) {
            assertThatThrownBy(() -> incoming.write(90, ByteBuffer.allocate(11)))
                    .isInstanceOf(BadUploadException.class);
            assertThatThrownBy(() -> incoming.write(Long.MAX_VALUE, ByteBuffer.allocate(11)))
                    .isInstanceOf(BadUploadException.class);
        }
    }

    @Test
    void neverFillsIntoOrFromADamagedFile() throws IOException {
        byte[] damaged = Arrays.copyOf(whisper(0, 1), 500);
        fixture.place("a.b", damaged, Duration.ofMinutes(1));
        assertThatThrownBy(() -> fixture.fill("a.b", whisper(0, 2)))
                .isInstanceOf(CorruptWhisperFileException.class)
                .hasMessageContaining("a/b.wsp");
        assertThat(fixture.path("a.b")).hasBinaryContent(damaged);

        byte[] good = whisper(0, 1);
        fixture.place("c.d", good, Duration.ofMinutes(1));
        assertThatThrownBy(() -> fixture.fill("c.d", damaged)).isInstanceOf(BadUploadException.class);
        assertThat(fixture.path("c.d")).hasBinaryContent(good);
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp", "c/", "c/d.wsp");
    }

    @Test
    void takesADamagedFileThatWasWrittenJustNowForOneInTheMaking() throws IOException {
        fixture.place("a.empty", new byte[0], Duration.ZERO);
        fixture.place("a.short", Arrays.copyOf(whisper(0, 1), 500), Duration.ZERO);
        for (String name : List.of("a.empty", "a.short")) {
            assertThatThrownBy(() -> fixture.fill(name, whisper(0, 2)))
                    .isInstanceOf(StoreBusyException.class)
                    .hasMessageContaining("making it");
        }
    }

    @Test
    void noticesThatCarbonEmptiedAFileInTheMomentInWhichItWasMade() throws IOException {
        fixture.afterCreated = metric -> {
            try {
                Files.write(fixture.path(metric.value()), whisper(0));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        assertThatThrownBy(() -> fixture.fill("a.b", whisper(0, 2)))
                .isInstanceOf(StoreBusyException.class)
                .hasMessageContaining("copy it again");
        try (StagedBatch batch = store.batch()) {
            batch.add(fixture.upload("a.c", whisper(0, 2)));
            assertThat(batch.commit(now()).getFirst().failure().orElseThrow()).isInstanceOf(StoreBusyException.class);
        }
    }

    @Test
    void newFilesHaveTheModeAskedForAndNewFoldersTheirParents() throws IOException {
        Files.setPosixFilePermissions(fixture.root, PosixFilePermissions.fromString("rwxrwx--x"));
        byte[] content = whisper(0, 1);
        try (Incoming incoming = store.receive(metric("a.b.c"), content.length, 0666)) {
            incoming.write(0, ByteBuffer.wrap(content));
            incoming.createOrFill(now());
        }
        assertThat(permissions(fixture.path("a.b.c"))).isEqualTo("rw-rw-rw-");
        assertThat(permissions(fixture.root.resolve("a"))).isEqualTo("rwxrwx--x");
        assertThat(permissions(fixture.root.resolve("a/b"))).isEqualTo("rwxrwx--x");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void setsNoSpecialBitsOnAFile() throws IOException {
        byte[] content = whisper(0, 1);
        try (Incoming incoming = store.receive(metric("a"), content.length, 06000)) {
            incoming.write(0, ByteBuffer.wrap(content));
            incoming.createOrFill(now());
        }
        assertThat(Files.getAttribute(fixture.path("a"), "unix:mode")).isEqualTo(0100644);
    }

    @Test
    void followsNoLinkBelowTheRoot() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        byte[] content = whisper(0, 1);
        Files.write(outside.resolve("x.wsp"), content);
        Files.createSymbolicLink(fixture.root.resolve("linked"), outside);
        Files.createSymbolicLink(fixture.root.resolve("leaf.wsp"), outside.resolve("x.wsp"));

        assertThat(store.stat(metric("linked.x"))).isEmpty();
        assertThat(store.stat(metric("leaf"))).isEmpty();
        assertThatThrownBy(() -> store.read(metric("linked.x"))).isInstanceOf(MetricNotFoundException.class);
        assertThatThrownBy(() -> store.read(metric("leaf"))).isInstanceOf(MetricNotFoundException.class);
        assertThat(store.delete(metric("linked.x"))).isFalse();
        assertThat(store.delete(metric("leaf"))).isFalse();
        assertThatThrownBy(() -> fixture.fill("linked.y", content)).isInstanceOf(UnusablePathException.class);
        assertThatThrownBy(() -> fixture.fill("linked.deep.y", content)).isInstanceOf(UnusablePathException.class);
        assertThatThrownBy(() -> fixture.fill("leaf", content)).isInstanceOf(UnusablePathException.class);
        assertThat(outside.resolve("x.wsp")).hasBinaryContent(content);
        assertThat(outside.toFile().list()).containsExactly("x.wsp");
    }

    @Test
    void theRootMayBeALink() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        try (StoreFixture linked = new StoreFixture(link)) {
            linked.fill("a.b", whisper(0, 1));
            assertThat(real.resolve("a/b.wsp")).exists();
        }
    }

    @Test
    void takesOnlyRegularFilesForMetrics() throws Exception {
        Files.createDirectories(fixture.root.resolve("a/folder.wsp"));
        new ProcessBuilder("mkfifo", fixture.root.resolve("a/pipe.wsp").toString())
                .start()
                .waitFor();
        for (String name : List.of("a.folder", "a.pipe")) {
            assertThat(store.stat(metric(name))).isEmpty();
            assertThatThrownBy(() -> store.read(metric(name))).isInstanceOf(MetricNotFoundException.class);
            assertThat(store.delete(metric(name))).isFalse();
            assertThatThrownBy(() -> fixture.fill(name, whisper(0, 1))).isInstanceOf(UnusablePathException.class);
        }
    }

    @Test
    void aFileInTheWayOfAFolderIsAnErrorThatSaysSo() throws IOException {
        Files.writeString(fixture.root.resolve("a"), "no folder");
        assertThatThrownBy(() -> fixture.fill("a.b", whisper(0, 1)))
                .isInstanceOf(UnusablePathException.class)
                .hasMessageContaining("a.b");
        assertThat(store.stat(metric("a.b"))).isEmpty();
    }

    @Test
    void deletesAndRemovesWhatThatLeavesEmptyUpToTheRoot() throws IOException {
        fixture.fill("a.b.c", whisper(0, 1));
        fixture.fill("a.d", whisper(0, 1));
        assertThat(store.delete(metric("a.b.c"))).isTrue();
        assertThat(fixture.tree()).containsExactly("a/", "a/d.wsp");
        assertThat(store.delete(metric("a.d"))).isTrue();
        assertThat(store.delete(metric("a.d"))).isFalse();
        assertThat(fixture.root).isEmptyDirectory();
        assertThat(fixture.events).containsExactly("created a.b.c", "created a.d", "deleted a.b.c", "deleted a.d");
    }

    @Test
    void tellsWhatAFileIs() throws IOException {
        byte[] content = whisper(0, 1);
        Path path = fixture.place("a.b", content, Duration.ofHours(1));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(store.stat(metric("a.b"))).hasValueSatisfying(stat -> {
            assertThat(stat.size()).isEqualTo(content.length);
            assertThat(stat.mode()).isEqualTo(0640);
            assertThat(stat.modTime()).isBetween(now() - 3602, now() - 3598);
        });
    }

    @Test
    void refusesAStoreThatAnotherDaemonHas() {
        assertThatThrownBy(() -> MetricStore.open(
                        new StoreConfig(fixture.root, Optional.empty(), false, false, StoreConfig.DEFAULT_BUFFER_BYTES),
                        StoreEvents.NONE,
                        InstantSource.system()))
                .hasMessageContaining("in use by another daemon");
    }

    @Test
    void anUploadThatIsToBeFilledInStaysInMemoryWhereItFits() throws IOException {
        fixture.place("a", whisper(0, 1, 3), Duration.ofMinutes(1));
        byte[] source = whisper(100, 1, 2);
        try (Incoming incoming = store.receive(metric("a"), source.length, 0644)) {
            assertThat(incoming.isHeld()).isTrue();
            // In any order, from either kind of memory, and with zeros left out.
            int half = source.length / 2;
            incoming.write(half, ByteBuffer.wrap(source, half, 700));
            incoming.write(
                    0, ByteBuffer.allocateDirect(half).put(source, 0, half).flip());
            assertThat(fixture.tree()).containsExactly("a.wsp");
            assertThat(incoming.createOrFill(now()).outcome()).isEqualTo(Outcome.FILLED);
        }
        assertThat(points(Files.readAllBytes(fixture.path("a")))).containsExactly("1=1.0", "2=102.0", "3=3.0");
        try (Incoming large = store.receive(metric("a"), FillMemory.LONGEST_BODY + 1, 0644);
                Incoming first = store.receive(metric("b"), source.length, 0644)) {
            assertThat(large.isHeld()).isFalse();
            assertThat(first.isHeld()).isFalse();
        }
    }

    @Test
    void aHeldUploadIsTheWholeFileWhereTheOneToBeFilledIsGone() throws IOException {
        byte[] source = whisper(100, 1, 2);
        // Memory that held something before.
        fixture.place("a", whisper(0, 1, 3), Duration.ofMinutes(1));
        byte[] noise = new byte[source.length];
        Arrays.fill(noise, (byte) 7);
        try (Incoming incoming = fixture.upload("a", noise)) {
            assertThatThrownBy(() -> incoming.createOrFill(now())).isInstanceOf(BadUploadException.class);
        }
        int used = source.length;
        while (source[used - 1] == 0) {
            used--;
        }
        try (Incoming incoming = store.receive(metric("a"), source.length, 0600)) {
            incoming.write(0, ByteBuffer.wrap(source, 0, used));
            assertThat(incoming.isHeld()).isTrue();
            Files.delete(fixture.path("a"));
            assertThat(incoming.createOrFill(now()).outcome()).isEqualTo(Outcome.CREATED);
        }
        assertThat(fixture.path("a")).hasBinaryContent(source);
        assertThat(fixture.tree()).containsExactly("a.wsp");
    }

    @Test
    void bodiesToBeFilledForWhichThereIsNoMemoryStayInTheTemporaryDirectory() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        try (StoreFixture elsewhere = new StoreFixture(other, Optional.of(temporary), false)) {
            elsewhere.place("a.b", whisper(0, 1), Duration.ofMinutes(1));
            Path before = Files.createDirectories(other.resolve("a"));
            List<Incoming> hoarded = hoard(elsewhere);
            assertThat(hoarded).isNotEmpty();
            try (Incoming incoming = elsewhere.upload("a.b", whisper(0, 2))) {
                assertThat(incoming.isHeld()).isFalse();
                assertThat(before.toFile().list()).containsExactly("b.wsp");
                assertThat(incoming.createOrFill(now()).outcome()).isEqualTo(Outcome.FILLED);
            }
            // The target goes away meanwhile, or is to be replaced: then it is copied beside it.
            try (Incoming incoming = elsewhere.upload("a.b", whisper(7, 2))) {
                Files.delete(elsewhere.path("a.b"));
                assertThat(incoming.createOrFill(now()).outcome()).isEqualTo(Outcome.CREATED);
            }
            byte[] content = whisper(9, 4);
            try (Incoming incoming = elsewhere.upload("a.b", content)) {
                assertThat(incoming.replace().outcome()).isEqualTo(Outcome.REPLACED);
            }
            assertThat(elsewhere.path("a.b")).hasBinaryContent(content);
            assertThat(temporary).isEmptyDirectory();
            assertThat(elsewhere.tree()).containsExactly("a/", "a/b.wsp");
            hoarded.forEach(Incoming::close);
        }
    }

    /** Takes all the memory for uploads that are to be filled in; of none of it a byte is touched. */
    private static List<Incoming> hoard(StoreFixture fixture) throws IOException {
        List<Incoming> held = new ArrayList<>();
        while (true) {
            Incoming incoming = fixture.store.receive(metric("a.b"), FillMemory.LONGEST_BODY, 0644);
            if (!incoming.isHeld()) {
                incoming.close();
                return held;
            }
            held.add(incoming);
        }
    }

    @Test
    void sparseStoresKeepZerosAsHoles() throws IOException {
        byte[] content = Arrays.copyOf(whisper(0, 1, 2), 1 << 20);
        Path other = Files.createDirectory(folder.resolve("other"));
        try (StoreFixture sparse = new StoreFixture(other, Optional.empty(), true)) {
            sparse.fill("a", content);
            assertThat(sparse.path("a")).hasBinaryContent(content);
            assertThat(allocated(sparse.path("a"))).isLessThan(100_000);
            // A replacement by fewer data gives the space of the old ones back.
            byte[] dense = content.clone();
            Arrays.fill(dense, 4096, dense.length, (byte) 1);
            for (byte[] next : List.of(dense, content)) {
                try (Incoming incoming = sparse.upload("a", next)) {
                    incoming.replace();
                }
                assertThat(sparse.path("a")).hasBinaryContent(next);
            }
            assertThat(allocated(sparse.path("a"))).isLessThan(100_000);
        }
        fixture.fill("a", content);
        assertThat(allocated(fixture.path("a"))).isGreaterThanOrEqualTo(1 << 20);
    }

    private static long allocated(Path path) throws IOException {
        return org.buckytools.whisper.posix.FileStatus.of(path).allocatedBytes();
    }

    @Test
    void whatIsNotWrittenIsZero() throws IOException {
        byte[] content = Arrays.copyOf(whisper(0, 1), 3 << 20);
        content[2 << 20] = 5;
        try (Incoming incoming = store.receive(metric("a"), content.length, 0644)) {
            incoming.write(2 << 20, ByteBuffer.allocateDirect(1).put((byte) 5).flip());
            incoming.write(0, ByteBuffer.wrap(content, 0, 10_000));
            incoming.createOrFill(now());
        }
        assertThat(fixture.path("a")).hasBinaryContent(content);
    }

    @Test
    void aBatchStoresEachUploadAndReportsEachFailure() throws IOException {
        byte[] content = whisper(0, 1);
        fixture.place("old.one", whisper(0, 5), Duration.ofMinutes(1));
        fixture.place("bad.one", new byte[100], Duration.ofMinutes(1));
        try (StagedBatch batch = store.batch()) {
            batch.add(fixture.upload("new.a", content));
            batch.add(fixture.upload("new.b", content));
            batch.add(fixture.upload("new.noise", new byte[200]));
            batch.add(fixture.upload("old.one", content));
            batch.add(fixture.upload("bad.one", content));
            batch.add(fixture.upload("new.a", whisper(0, 2)));
            List<StagedBatch.Result> results = batch.commit(now());
            assertThat(results).hasSize(6);
            assertThat(results.get(0).stored().orElseThrow().outcome()).isEqualTo(Outcome.CREATED);
            assertThat(results.get(1).stored().orElseThrow().outcome()).isEqualTo(Outcome.CREATED);
            assertThat(results.get(2).failure().orElseThrow()).isInstanceOf(BadUploadException.class);
            assertThat(results.get(3).stored().orElseThrow().outcome()).isEqualTo(Outcome.FILLED);
            assertThat(results.get(4).failure().orElseThrow()).isInstanceOf(CorruptWhisperFileException.class);
            assertThat(results.get(5).stored().orElseThrow().outcome()).isEqualTo(Outcome.FILLED);
            assertThat(batch.size()).isZero();

            batch.add(fixture.upload("given.up", content));
        }
        assertThat(fixture.tree())
                .containsExactly("bad/", "bad/one.wsp", "new/", "new/a.wsp", "new/b.wsp", "old/", "old/one.wsp");
    }
}
