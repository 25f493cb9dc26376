package org.buckytools.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.buckytools.agent.store.StoreFixture.metric;
import static org.buckytools.agent.store.StoreFixture.points;
import static org.buckytools.agent.store.StoreFixture.whisper;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Archive;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system of one megabyte; only root may mount one, for others these tests are skipped. */
class FullDiskIT {
    private static final int DISK = 1 << 20;

    @TempDir
    Path folder;

    private Path disk;
    private boolean mounted;
    private StoreFixture fixture;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=200", "tmpfs", disk.toString());
        assumeTrue(mounted, "mounting a small file system is not permitted here");
        open(false);
    }

    private void open(boolean sparse) throws IOException {
        if (fixture != null) {
            fixture.close();
        }
        fixture = new StoreFixture(disk, Optional.empty(), sparse);
    }

    @AfterEach
    void unmount() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
        if (mounted) {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static byte[] large(int size) {
        byte[] content = new byte[size];
        new Random(1).nextBytes(content);
        byte[] start = whisper(0, 1);
        System.arraycopy(start, 0, content, 0, start.length);
        return content;
    }

    @Test
    void aFullDiskIsFoundBeforeAnythingIsReceived() throws IOException {
        fixture.place("a", whisper(0, 1), Duration.ofMinutes(1));
        assertThatThrownBy(() -> fixture.store.receive(metric("b.c"), 2 * DISK, 0644))
                .isInstanceOf(StoreFullException.class)
                .hasMessageContaining("b.c")
                .hasMessageContaining("no space left");
        assertThat(fixture.tree()).containsExactly("a.wsp");
    }

    @Test
    void aDiskThatFillsDuringAnUploadCostsOnlyThatUpload() throws IOException {
        open(true);
        byte[] content = whisper(0, 1);
        fixture.place("a", content, Duration.ofMinutes(1));
        byte[] tooLarge = large(2 * DISK);
        try (Incoming incoming = fixture.store.receive(metric("b.c"), tooLarge.length, 0644)) {
            assertThatThrownBy(() -> incoming.write(0, ByteBuffer.wrap(tooLarge)))
                    .isInstanceOf(StoreFullException.class);
        }
        assertThat(fixture.tree()).containsExactly("a.wsp");
        assertThat(fixture.path("a")).hasBinaryContent(content);
    }

    @Test
    void aReplacementThatDoesNotFitLeavesTheOldContent() throws IOException {
        for (boolean sparse : new boolean[] {false, true}) {
            open(sparse);
            byte[] content = whisper(0, 1);
            fixture.place("a", content, Duration.ofMinutes(1));
            // It fits once, for the upload, and not twice.
            byte[] twoThirds = large(DISK * 2 / 3);
            try (Incoming incoming = fixture.upload("a", twoThirds)) {
                assertThatThrownBy(incoming::replace).isInstanceOf(StoreFullException.class);
            }
            assertThat(fixture.path("a")).hasBinaryContent(content);
            assertThat(fixture.tree()).containsExactly("a.wsp");
            try (Incoming incoming = fixture.upload("a", whisper(7, 2))) {
                incoming.replace();
            }
        }
    }

    @Test
    void aFillThatDoesNotFitLeavesAValidFileWhichASecondOneCompletes() throws IOException {
        byte[] source = whisper(0, 1, 2);
        // All of the destination behind its header is a hole.
        Path path = fixture.place("a", Arrays.copyOf(whisper(0), 40), Duration.ofMinutes(1));
        try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(source.length);
        }
        try (Incoming incoming = fixture.upload("a", source)) {
            fillDisk();
            try {
                incoming.createOrFill(StoreFixture.now());
            } catch (StoreFullException e) {
                assertThat(e).hasMessageContaining("a");
            }
        }
        points(Files.readAllBytes(path));
        Files.delete(disk.resolve("ballast"));
        fixture.fill("a", source);
        assertThat(points(Files.readAllBytes(path))).containsExactly("1=1.0", "2=2.0");
    }

    @Test
    void aFillOfManyGapsThatDoesNotFitLeavesAValidFileWhichASecondOneCompletes() throws IOException {
        // As many gaps as are stored to a mapping, in pages that are holes.
        WhisperHeader header = WhisperHeader.create(List.of(new Retention(60, 20_000)), Aggregation.AVERAGE, 0f);
        byte[] source = withEverySecondPoint(header, 20_000);
        Path path = fixture.place("a", Arrays.copyOf(withEverySecondPoint(header, 1), 4096), Duration.ofMinutes(1));
        try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(source.length);
        }
        byte[] before = Files.readAllBytes(path);
        try (Incoming incoming = fixture.upload("a", source)) {
            assertThat(incoming.isHeld()).isTrue();
            fillDisk();
            assertThatThrownBy(() -> incoming.createOrFill(StoreFixture.now())).isInstanceOf(StoreFullException.class);
        }
        assertThat(Files.readAllBytes(path))
                .startsWith(
                        Arrays.copyOf(before, (int) header.archives().getFirst().offset() + 12));
        Files.delete(disk.resolve("ballast"));
        assertThat(fixture.fill("a", source).outcome()).isEqualTo(StoreResult.Outcome.FILLED);
        assertThat(path).hasBinaryContent(source);
        assertThat(fixture.fill("a", source).outcome()).isEqualTo(StoreResult.Outcome.UNCHANGED);
    }

    /** One archive that begins with the oldest of {@code slots} minutes and has a point for every second one of them. */
    private static byte[] withEverySecondPoint(WhisperHeader header, int slots) {
        ByteBuffer file = ByteBuffer.allocate((int) header.fileSize());
        header.write(file);
        Archive archive = Archive.empty(header.archives().getFirst());
        long first = StoreFixture.MINUTE - 19_000 * 60L;
        for (int slot = 0; slot < slots && slot <= 19_000; slot += 2) {
            archive.set(slot, first + slot * 60L, slot);
        }
        archive.encode(
                file.position((int) archive.info().offset()), 0, archive.info().points());
        return file.array();
    }

    private void fillDisk() throws IOException {
        try (java.io.OutputStream ballast = Files.newOutputStream(disk.resolve("ballast"))) {
            byte[] page = new byte[4096];
            for (int i = 0; i < 2 * DISK / page.length; i++) {
                ballast.write(page);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    @Test
    void largeFilesAreReadWithoutACopyWhenThereIsNoRoomForOne() throws Exception {
        assertThat(run("mount", "-o", "remount,size=20m", disk.toString())).isTrue();
        byte[] content = large(17 << 20);
        fixture.place("a", content, Duration.ofMinutes(1));
        try (SourceFile file = fixture.store.read(metric("a"))) {
            assertThat(fixture.content(file, ChunkMode.ALL)).isEqualTo(content);
            assertThat(file.version()).isPresent();
            Files.write(fixture.path("a"), Arrays.copyOf(content, content.length - 1));
            assertThatThrownBy(() -> fixture.content(file, ChunkMode.ALL)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void withoutInodesNothingIsMadeAndTheMessageSaysSo() throws IOException {
        int made = 0;
        try {
            for (; made < 300; made++) {
                Files.createFile(disk.resolve("ballast" + made));
            }
        } catch (IOException e) {
            assertThat(made).isPositive();
        }
        assertThatThrownBy(() -> fixture.fill("b.c", whisper(0, 1)))
                .isInstanceOf(StoreFullException.class)
                .hasMessageContaining("b.c");
        Files.delete(disk.resolve("ballast0"));
        // Room for the directory, and none for the file in it.
        assertThatThrownBy(() -> fixture.fill("b.c", whisper(0, 1))).isInstanceOf(StoreFullException.class);
        assertThat(disk.resolve("b")).doesNotExist();
    }
}
