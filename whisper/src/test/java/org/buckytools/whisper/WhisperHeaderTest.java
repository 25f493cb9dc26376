package org.buckytools.whisper;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhisperHeaderTest {
    // Two archives, 60s:10m and 5m:1h, xFilesFactor 0.5, average.
    private static final String SOUND = "00000001" + "00000e10" + "3f000000" + "00000002"
            + "00000028" + "0000003c" + "0000000a"
            + "000000a0" + "0000012c" + "0000000c";
    private static final long SOUND_LENGTH = 40 + 22 * 12;

    private static final WhisperHeader HEADER = new WhisperHeader(
            Aggregation.AVERAGE, 3600, 0.5f, List.of(new ArchiveInfo(40, 60, 10), new ArchiveInfo(160, 300, 12)));

    @Test
    void readsASoundHeader() throws IOException {
        assertThat(WhisperHeader.parse(bytes(SOUND), SOUND_LENGTH, "a.wsp")).isEqualTo(HEADER);
        assertThat(HEADER.fileSize()).isEqualTo(SOUND_LENGTH);
        assertThat(HEADER.headerSize()).isEqualTo(40);
        assertThat(HEADER.retentions()).containsExactly(new Retention(60, 10), new Retention(300, 12));
    }

    @Test
    void writesWhatItReads() {
        ByteBuffer buffer = ByteBuffer.allocate(40);
        HEADER.write(buffer);
        assertThat(HexFormat.of().formatHex(buffer.array())).isEqualTo(SOUND);
        assertThat(buffer.position()).isEqualTo(40);
    }

    @Test
    void laysOutNewArchivesFinestFirst() {
        assertThat(WhisperHeader.create(Retention.parseList("5m:1h,60s:10m"), Aggregation.AVERAGE, 0.5f))
                .isEqualTo(HEADER);
    }

    @Test
    void acceptsBytesBehindTheLastArchiveAndUnusualSchemas() throws IOException {
        // 7s:70s and 60s:60s in the wrong order, with a gap before them; a longest retention that is none of theirs.
        String unusual = "00000002" + "00000001" + "00000000" + "00000002"
                + "00000100" + "0000003c" + "00000001"
                + "00000030" + "00000007" + "0000000a";
        WhisperHeader header = WhisperHeader.parse(bytes(unusual), 4096, "a.wsp");
        assertThat(header.archives()).containsExactly(new ArchiveInfo(256, 60, 1), new ArchiveInfo(48, 7, 10));
        assertThat(header.fileSize()).isEqualTo(268);
    }

    // Each line changes four bytes of the sound header.
    @ParameterizedTest
    @CsvSource({
        "0, 00000000, 304, 0, there is no such aggregation method, 0",
        "0, 00000009, 304, 0, there is no such aggregation method, 9",
        "0, ffffffff, 304, 0, there is no such aggregation method, 4294967295",
        "8, 3f800001, 304, 8, xFilesFactor is no share, 1.0000001",
        "8, bf800000, 304, 8, xFilesFactor is no share, -1.0",
        "8, 7fc00000, 304, 8, xFilesFactor is no share, NaN",
        "12, 00000000, 304, 12, it has no archives, 0",
        "12, ffffffff, 304, 12, no schema has so many archives, 4294967295",
        "12, 00000003, 304, 12, it ends inside the list of archives, 40 bytes",
        "16, 00000027, 304, 16, archive 0 starts inside the header, 39",
        "20, 00000000, 304, 20, archive 0 has a step of nothing, 0",
        "24, 00000000, 304, 24, archive 0 has no points, 0",
        "24, 0000000b, 304, 28, two archives overlap, 160",
        "28, 000000a1, 304, 28, archive 1 ends behind the end of the file, end at byte 305",
        "36, ffffffff, 304, 28, archive 1 ends behind the end of the file, end at byte 51539607700",
        "0, 00000001, 303, 28, archive 1 ends behind the end of the file, end at byte 304",
        "0, 00000001, 39, 12, it ends inside the list of archives, 39 bytes",
    })
    void saysWhatIsWrongWithACorruptHeader(int at, String hex, long length, long offset, String fact, String found) {
        ByteBuffer buffer = bytes(SOUND);
        buffer.put(at, HexFormat.of().parseHex(hex));
        assertThatExceptionOfType(CorruptWhisperFileException.class)
                .isThrownBy(() -> WhisperHeader.parse(buffer, length, "a/b.wsp"))
                .withMessageStartingWith("a/b.wsp is corrupt: " + fact)
                .satisfies(e -> {
                    assertThat(e.file()).isEqualTo("a/b.wsp");
                    assertThat(e.offset()).isEqualTo(offset);
                    assertThat(e.found()).isEqualTo(found);
                    assertThat(e.required()).isNotEmpty();
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 28, 39})
    void saysThatAFileEndsInsideItsHeader(int length) {
        assertThatExceptionOfType(CorruptWhisperFileException.class)
                .isThrownBy(() -> WhisperHeader.parse(bytes(SOUND).limit(length), length, "a.wsp"))
                .withMessageContaining("it ends inside the");
    }

    @Test
    void tellsACompressedFileApart() {
        byte[] start = "whisper_compressed\1and more".getBytes(US_ASCII);
        assertThat(WhisperHeader.isCompressed(ByteBuffer.wrap(start))).isTrue();
        assertThat(WhisperHeader.isCompressed(ByteBuffer.wrap(start, 0, 17))).isFalse();
        assertThat(WhisperHeader.isCompressed(bytes(SOUND))).isFalse();
        assertThatExceptionOfType(UnsupportedWhisperFormatException.class)
                .isThrownBy(() -> WhisperHeader.parse(ByteBuffer.wrap(start), 4096, "c.wsp"))
                .withMessage("c.wsp is a compressed Whisper file (go-carbon's format), not a standard one")
                .satisfies(e -> assertThat(e.isCompressed()).isTrue())
                .satisfies(e -> assertThat(e.file()).isEqualTo("c.wsp"));
    }

    @Test
    void leavesAnArchiveOfMorePointsThanAnArrayHasUnread() {
        ByteBuffer buffer =
                bytes("00000001" + "00000e10" + "3f000000" + "00000001" + "0000001c" + "00000001" + "80000000");
        assertThatExceptionOfType(UnsupportedWhisperFormatException.class)
                .isThrownBy(() -> WhisperHeader.parse(buffer, 1L << 40, "huge.wsp"))
                .satisfies(e -> assertThat(e.offset()).isEqualTo(24));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "60s:1d,60s:2d",
                "60s:1d,90s:2d",
                "60s:1d,5m:1d",
                "60s:1d,5m:1h",
                "60s:2m,5m:1d",
                "1s:2000000000,60s:80y",
                "1s:300000000,1h:200000000"
            })
    void refusesSchemasThatBreakARule(String schema) {
        List<Retention> retentions = Retention.parseList(schema);
        assertThatIllegalArgumentException().isThrownBy(() -> WhisperHeader.create(retentions, Aggregation.SUM, 0));
    }

    @Test
    void refusesASchemaOfNothingAndAnXFilesFactorThatIsNoShare() {
        assertThatIllegalArgumentException().isThrownBy(() -> WhisperHeader.create(List.of(), Aggregation.SUM, 0));
        for (float bad : new float[] {-0.1f, 1.1f, Float.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> WhisperHeader.create(List.of(new Retention(1, 1)), Aggregation.SUM, bad));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 21, 256})
    void readsAnyNumberOfArchivesFromAFile(int count, @TempDir Path folder) throws IOException {
        int start = 16 + 12 * count;
        WhisperHeader header = new WhisperHeader(
                Aggregation.LAST,
                1,
                1f,
                IntStream.range(0, count)
                        .mapToObj(i -> new ArchiveInfo(start + 12L * i, i + 1L, 1))
                        .toList());
        ByteBuffer buffer = ByteBuffer.allocate((int) header.fileSize());
        header.write(buffer);
        Path file = folder.resolve("a.wsp");
        Files.write(file, buffer.array());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.position(3);
            assertThat(WhisperHeader.read(channel, "a.wsp")).isEqualTo(header);
            assertThat(channel.position()).isEqualTo(3);
        }
    }

    @Property
    void anyBytesAreReadOrRefusedWithATypedError(
            @ForAll @Size(max = 100) byte[] bytes, @ForAll @LongRange(min = 0, max = 1L << 40) long length)
            throws IOException {
        parseOrRefuse(ByteBuffer.wrap(bytes), length);
    }

    @Property
    void aSoundHeaderWithAnyFourBytesChangedIsReadOrRefused(
            @ForAll @IntRange(min = 0, max = 36) int at,
            @ForAll int word,
            @ForAll @LongRange(min = 0, max = 1L << 36) long length,
            @ForAll @IntRange(min = 0, max = 40) int limit)
            throws IOException {
        parseOrRefuse(bytes(SOUND).putInt(at, word).limit(limit), length);
    }

    private static void parseOrRefuse(ByteBuffer buffer, long length) throws IOException {
        try {
            WhisperHeader header = WhisperHeader.parse(buffer, length, "random");
            assertThat(header.fileSize()).isLessThanOrEqualTo(length);
            assertThat(header.archives())
                    .allSatisfy(each -> assertThat(each.size()).isPositive());
        } catch (UnreadableWhisperFileException e) {
            assertThat(e).hasMessageStartingWith("random is ");
        }
        assertThat(buffer.position()).isZero();
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }
}
