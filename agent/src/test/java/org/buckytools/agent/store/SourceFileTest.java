package org.buckytools.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.buckytools.agent.store.StoreFixture.metric;
import static org.buckytools.agent.store.StoreFixture.whisper;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.buckytools.whisper.UnsupportedWhisperFormatException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceFileTest {
    private static final Duration LONG_AGO = Duration.ofMinutes(1);

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

    /** Data in the first 10,000 bytes, a hole, data at 5 MiB, a hole up to {@code size}. */
    private byte[] sparse(String name, int size) throws IOException {
        byte[] content = new byte[size];
        byte[] start = new byte[10_000];
        new Random(7).nextBytes(start);
        System.arraycopy(start, 0, content, 0, start.length);
        content[(5 << 20) + 3] = 1;
        Path path = fixture.path(name);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(start);
            file.seek((5 << 20) + 3);
            file.write(1);
            file.setLength(size);
        }
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(LONG_AGO)));
        return content;
    }

    @ParameterizedTest
    @ValueSource(ints = {29, 4096, 65_536, 65_537, (1 << 20) - 1, 1 << 20, (3 << 20) + 5, 17 << 20})
    void handsOutEveryByteInOrder(int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        fixture.place("a", content, LONG_AGO);
        List<ByteBuffer> pieces = new ArrayList<>();
        try (SourceFile file = fixture.store.read(metric("a"))) {
            assertThat(file.stat().size()).isEqualTo(size);
            long[] next = {0};
            file.forEachChunk(ChunkMode.ALL, (offset, bytes) -> {
                assertThat(offset).isEqualTo(next[0]);
                assertThat(bytes.isDirect()).isTrue();
                assertThat(bytes.isReadOnly()).isTrue();
                assertThat(bytes.remaining()).isBetween(1, SourceFile.CHUNK_BYTES);
                next[0] += bytes.remaining();
                pieces.add(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
            });
        }
        assertThat(StoreFixture.bytesOf(pieces)).isEqualTo(content);
        assertThat(fixture.tree()).containsExactly("a.wsp");
    }

    @ParameterizedTest
    @ValueSource(ints = {8 << 20, 20 << 20})
    void leavesHolesAndZeroBlocksOutWhenAsked(int size) throws IOException {
        byte[] content = sparse("a", size);
        try (SourceFile file = fixture.store.read(metric("a"))) {
            assertThat(fixture.content(file, ChunkMode.ALL)).isEqualTo(content);
            assertThat(fixture.content(file, ChunkMode.SKIP_ZEROS)).isEqualTo(content);
            long[] bytes = {0};
            file.forEachChunk(ChunkMode.SKIP_ZEROS, (offset, chunk) -> bytes[0] += chunk.remaining());
            assertThat(bytes[0]).isEqualTo(4 * 4096);
        }
    }

    @Test
    void leavesZeroBlocksOutThatAreNoHoles() throws IOException {
        byte[] content = new byte[50_000];
        content[0] = 1;
        content[20_000] = 1;
        fixture.place("a", content, LONG_AGO);
        List<String> chunks = new ArrayList<>();
        try (SourceFile file = fixture.store.read(metric("a"))) {
            file.forEachChunk(ChunkMode.SKIP_ZEROS, (offset, bytes) -> chunks.add(offset + "+" + bytes.remaining()));
        }
        assertThat(chunks).containsExactly("0+4096", "16384+4096");
    }

    @ParameterizedTest
    @ValueSource(ints = {8 << 20, 20 << 20})
    void handsOutARange(int size) throws IOException {
        byte[] content = sparse("a", size);
        try (SourceFile file = fixture.store.read(metric("a"))) {
            for (int[] range : new int[][] {{5, 9}, {9000, 20_000}, {0, 1}, {(5 << 20) - 10, size}, {100, 100}}) {
                List<ByteBuffer> pieces = new ArrayList<>();
                file.forEachChunk(
                        ChunkMode.ALL,
                        range[0],
                        range[1],
                        (offset, bytes) -> pieces.add(ByteBuffer.allocate(bytes.remaining())
                                .put(bytes)
                                .flip()));
                assertThat(StoreFixture.bytesOf(pieces)).isEqualTo(Arrays.copyOfRange(content, range[0], range[1]));
            }
            assertThatThrownBy(() -> file.forEachChunk(ChunkMode.ALL, 0, size + 1L, (offset, bytes) -> {}))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void holdsWhatItReadWhileTheFileGoesOn() throws IOException {
        byte[] content = whisper(0, 1);
        fixture.place("a", content, LONG_AGO);
        byte[] large = new byte[17 << 20];
        new Random(3).nextBytes(large);
        fixture.place("b", large, LONG_AGO);
        try (SourceFile small = fixture.store.read(metric("a"));
                SourceFile copied = fixture.store.read(metric("b"))) {
            Files.write(fixture.path("a"), new byte[10]);
            Files.delete(fixture.path("b"));
            assertThat(fixture.content(small, ChunkMode.ALL)).isEqualTo(content);
            assertThat(fixture.content(copied, ChunkMode.ALL)).isEqualTo(large);
        }
    }

    @Test
    void namesTheVersionOfAFileWhoseTimeTheClockWillNotReachSoon() throws IOException {
        byte[] content = StoreFixture.whisper(0, 1, 2);
        fixture.place("near", content, Duration.ofMinutes(-30));
        try (SourceFile file = fixture.store.readForMove(metric("near"))) {
            assertThat(file.version()).isEmpty();
        }
        Path far = fixture.place("far", content, Duration.ofDays(-2));
        FileVersion version;
        try (SourceFile file = fixture.store.readForMove(metric("far"))) {
            version = file.version().orElseThrow();
        }
        // A write gives it the time of the clock, which is another one.
        Files.write(far, content);
        assertThat(fixture.store.deleteUnchanged(metric("far"), version)).isInstanceOf(DeleteOutcome.Kept.class);
        Files.setLastModifiedTime(far, FileTime.from(Instant.now().plus(Duration.ofDays(3))));
        try (SourceFile file = fixture.store.readForMove(metric("far"))) {
            version = file.version().orElseThrow();
        }
        assertThat(fixture.store.deleteUnchanged(metric("far"), version)).isInstanceOf(DeleteOutcome.Deleted.class);
    }

    @Test
    void namesTheVersionOfAQuietFile() throws IOException {
        Path path = fixture.place("a", whisper(0, 1), LONG_AGO);
        try (SourceFile file = fixture.store.read(metric("a"))) {
            assertThat(file.version()).hasValueSatisfying(version -> {
                assertThat(version.size()).isEqualTo(file.stat().size());
                assertThat(version.seconds()).isEqualTo(file.stat().modTime());
            });
        }
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().plusSeconds(3600)));
        try (SourceFile file = fixture.store.readForMove(metric("a"))) {
            assertThat(file.version())
                    .as("a time in the future cannot be trusted")
                    .isEmpty();
        }
    }

    @Test
    void trustsNoVersionOfAFileThatWasJustWrittenUnlessItWaits() throws IOException {
        Path path = fixture.place("a", whisper(0, 1), LONG_AGO);
        for (int attempt = 0; ; attempt++) {
            Files.write(path, whisper(0, 2));
            Instant written = Instant.now();
            try (SourceFile file = fixture.store.read(metric("a"))) {
                if (Instant.now().isBefore(written.plusMillis(40))) {
                    assertThat(file.version()).isEmpty();
                    break;
                }
            }
            assertThat(attempt).as("reads took too long on a busy machine").isLessThan(100);
        }
        try (SourceFile file = fixture.store.readForMove(metric("a"))) {
            assertThat(file.version()).isPresent();
        }
    }

    @Test
    void tellsWhetherItCanBeMoved() throws IOException {
        fixture.place("good", whisper(0, 1), LONG_AGO);
        fixture.place("cut", Arrays.copyOf(whisper(0, 1), 300), LONG_AGO);
        fixture.place(
                "other",
                Arrays.copyOf("whisper_compressed\1".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 500),
                LONG_AGO);
        byte[] large = Arrays.copyOf(whisper(0, 1), 17 << 20);
        fixture.place("large", large, LONG_AGO);
        sparse("holes", 8 << 20);
        try (SourceFile good = fixture.store.read(metric("good"));
                SourceFile cut = fixture.store.read(metric("cut"));
                SourceFile other = fixture.store.read(metric("other"));
                SourceFile big = fixture.store.read(metric("large"))) {
            good.validate();
            big.validate();
            assertThatThrownBy(cut::validate).isInstanceOf(CorruptWhisperFileException.class);
            assertThatThrownBy(other::validate).isInstanceOf(UnsupportedWhisperFormatException.class);
        }
    }

    @Test
    void anEmptyFileIsServedAndNotMoved() throws IOException {
        fixture.place("a", new byte[0], LONG_AGO);
        try (SourceFile file = fixture.store.read(metric("a"))) {
            assertThat(fixture.content(file, ChunkMode.ALL)).isEmpty();
            assertThatThrownBy(file::validate).isInstanceOf(CorruptWhisperFileException.class);
        }
    }

    @Test
    void givesItsMemoryBack() throws IOException {
        fixture.place("a", new byte[10 << 20], LONG_AGO);
        // The fixture's pool holds three of these at most.
        for (int i = 0; i < 20; i++) {
            fixture.store.read(metric("a")).close();
        }
    }
}
