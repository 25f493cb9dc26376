package org.buckytools.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.buckytools.protocol.json.MalformedMessageException;
import org.buckytools.protocol.transfer.ItemFailure.Reason;
import org.junit.jupiter.api.Test;

class FileStreamTest {
    private static final ItemFailure FAILURE = new ItemFailure(Reason.NOT_FOUND, "no é");

    /** A file as it was sent or received; without a failure it is whole. */
    private record Sent(StreamedFile header, String content, Optional<ItemFailure> failure) {
        Sent(StreamedFile header, byte[] content) {
            this(header, HexFormat.of().formatHex(content), Optional.empty());
        }
    }

    @Test
    void theBytesAreAsDescribed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FileStreamWriter writer = writer(bytes);
        writer.file(new StreamedFile(0, 0644, 0x0102030405060708L, 10, Optional.of("v1")));
        writer.chunk(4, ByteBuffer.wrap(new byte[] {10, 11, 12}));
        writer.fileEnd();
        writer.failure(1, FAILURE);
        writer.file(new StreamedFile(2, 0, 0, 0, Optional.empty()));
        writer.abort(FAILURE);
        writer.end();
        String failure = "0009" + "4e4f545f464f554e44" + "0005" + "6e6f20c3a9";
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(HexFormat.of()
                .parseHex("00000000" + "000001a4" + "0102030405060708" + "000000000000000a" + "00027631"
                        + "0000000000000004" + "00000003" + "0a0b0c"));
        assertThat(HexFormat.of().formatHex(bytes.toByteArray()))
                .isEqualTo(
                        "424b5932" // BKY2
                                + "01" + "00000000" + "000001a4" + "0102030405060708" + "000000000000000a" + "0002"
                                + "7631"
                                + "00" + "0000000000000004" + "00000003" + "00000003" + "0a0b0c"
                                + "ff" + HexFormat.of().toHexDigits((int) crc.getValue())
                                + "02" + "00000001" + failure
                                + "01" + "00000002" + "00000000" + "0000000000000000" + "0000000000000000" + "0000"
                                + "fe" + failure
                                + "00");
    }

    @Property(tries = 60)
    void whatIsWrittenReadsBack(@ForAll long seed, @ForAll @IntRange(min = 0, max = 12) int count) throws IOException {
        Random random = new Random(seed);
        List<Sent> sent = new ArrayList<>();
        byte[] stream = randomStream(random, count, sent);
        assertThat(read(stream, count, random, FileStreamFormat.MIN_BUFFER + random.nextInt(300_000)))
                .isEqualTo(sent);
    }

    @Property(tries = 60)
    void whatIsKeptIsNotReadOver(@ForAll long seed, @ForAll @IntRange(min = 0, max = 12) int count) throws IOException {
        Random random = new Random(seed);
        List<Sent> sent = new ArrayList<>();
        byte[] stream = randomStream(random, count, sent);
        assertThat(keep(stream, count, random)).isEqualTo(sent);
    }

    private static List<Sent> keep(byte[] stream, int count, Random random) throws IOException {
        int capacity = FileStreamFormat.MIN_BUFFER + random.nextInt(300_000);
        Keeper keeper = new Keeper(capacity);
        try (FileStreamReader reader = new FileStreamReader(
                new Dribble(Channels.newChannel(new ByteArrayInputStream(stream)), random),
                ByteBuffer.allocateDirect(capacity),
                count)) {
            while (reader.next(keeper)) {
                // one metric at a time
            }
        }
        return keeper.received();
    }

    private static byte[] randomStream(Random random, int count, List<Sent> sent) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FileStreamWriter writer = writer(bytes);
        for (int i = 0; i < count; i++) {
            if (random.nextInt(5) == 0) {
                writer.failure(i, FAILURE);
                sent.add(new Sent(null, Integer.toString(i), Optional.of(FAILURE)));
                continue;
            }
            int size = random.nextBoolean() ? random.nextInt(20_000) : random.nextInt(2_500_000);
            StreamedFile header =
                    new StreamedFile(i, random.nextInt(0777), random.nextLong(), size, Optional.of("v" + i));
            writer.file(header);
            byte[] content = new byte[size];
            int at = 0;
            while (at < size && random.nextInt(6) > 0) {
                at += random.nextInt(size - at);
                int length = 1 + random.nextInt(size - at);
                byte[] chunk = new byte[length];
                random.nextBytes(chunk);
                System.arraycopy(chunk, 0, content, at, length);
                writer.chunk(at, ByteBuffer.wrap(chunk).asReadOnlyBuffer());
                at += length;
            }
            if (random.nextInt(6) == 0) {
                writer.abort(FAILURE);
                sent.add(new Sent(header, "", Optional.of(FAILURE)));
            } else {
                writer.fileEnd();
                sent.add(new Sent(header, content));
            }
            if (random.nextBoolean()) {
                writer.flush();
            }
        }
        writer.end();
        return bytes.toByteArray();
    }

    @Property(tries = 60)
    void whatIsCompressedReadsBack(@ForAll long seed, @ForAll @IntRange(min = 1, max = 2_000_000) int size)
            throws IOException {
        Random random = new Random(seed);
        byte[] content = new byte[size];
        byte[] points = ChunkCompressorTest.points();
        for (int at = 0; at < size; at += points.length) {
            System.arraycopy(points, 0, content, at, Math.min(points.length, size - at));
        }
        if (random.nextBoolean()) {
            byte[] noise = new byte[random.nextInt(size)];
            random.nextBytes(noise);
            System.arraycopy(noise, 0, content, random.nextInt(size - noise.length), noise.length);
        }
        byte[] stream = compressed(content, random);
        List<Sent> sent = List.of(new Sent(new StreamedFile(0, 0644, 1, size, Optional.empty()), content));
        assertThat(read(stream, 1, random, FileStreamFormat.MIN_BUFFER + random.nextInt(300_000)))
                .isEqualTo(sent);
        assertThat(keep(stream, 1, random)).isEqualTo(sent);
    }

    @Test
    void aCutOrAChangedBitOfACompressedFileIsFound() throws IOException {
        byte[] content = Arrays.copyOf(ChunkCompressorTest.points(), 3000);
        byte[] whole = compressed(content, new Random(1));
        assertThat(whole).hasSizeLessThan(2000);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut, 1, new Random(1), FileStreamFormat.MIN_BUFFER))
                    .isInstanceOf(EOFException.class);
        }
        Sent sent = new Sent(new StreamedFile(0, 0644, 1, content.length, Optional.empty()), content);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                for (Sent received : read(damaged, 1, new Random(1), FileStreamFormat.MIN_BUFFER)) {
                    if (received.failure().isEmpty()) {
                        assertThat(received).as("bit %d", bit).isEqualTo(sent);
                    }
                }
            } catch (IOException e) {
                assertThat(e).isInstanceOfAny(EOFException.class, MalformedMessageException.class);
            }
        }
    }

    @Property(tries = 500)
    void anyBytesInACompressedChunkEndInATypedException(@ForAll @Size(min = 1, max = 4000) byte[] bytes) {
        byte[] stream = ByteBuffer.allocate(4 + 27 + 17 + bytes.length)
                .put(HexFormat.of().parseHex("424b593201" + "00000000" + "000001a4" + "0000000000000000"))
                .put(HexFormat.of().parseHex("0000000000100000" + "0000" + "01" + "0000000000000000" + "00020000"))
                .putInt(bytes.length)
                .put(bytes)
                .array();
        assertThatThrownBy(() -> read(stream, 3, new Random(1), FileStreamFormat.MIN_BUFFER))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void aChunkThatDecompressesToMoreThanItSaysIsRefused() {
        byte[] bomb = com.github.luben.zstd.Zstd.compress(new byte[100_000_000]);
        String file = "424b5932" + "01" + "00000000" + "000001a4" + "0000000000000000" + "0000000006000000" + "0000";
        byte[] stream = HexFormat.of()
                .parseHex(file + "01" + "0000000000000000" + "00020000"
                        + HexFormat.of().toHexDigits(bomb.length)
                        + HexFormat.of().formatHex(bomb));
        assertThatThrownBy(() -> read(stream, 1, new Random(1), FileStreamFormat.MIN_BUFFER))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("does not have the 131072 bytes it claims");
    }

    /** One file, as it goes over a link that is so slow that everything is tried. */
    private static byte[] compressed(byte[] content, Random random) throws IOException {
        LinkFigures slow = new LinkFigures(() -> 1);
        slow.went(1, 1, 1_000_000, false, 0);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ChunkCompressor compressor = new ChunkCompressor(slow, () -> 1, () -> 0)) {
            FileStreamWriter writer = new FileStreamWriter(
                    chunk -> {
                        byte[] copy = new byte[chunk.remaining()];
                        chunk.get(copy);
                        bytes.writeBytes(copy);
                    },
                    ByteBuffer.allocateDirect(FileStreamFormat.MIN_BUFFER),
                    Optional.of(compressor));
            writer.file(new StreamedFile(0, 0644, 1, content.length, Optional.empty()));
            for (int at = 0; at < content.length; ) {
                int length = Math.min(content.length - at, 1 + random.nextInt(1_500_000));
                writer.chunk(at, ByteBuffer.wrap(content, at, length).asReadOnlyBuffer());
                at += length;
            }
            writer.fileEnd();
            writer.end();
        }
        return bytes.toByteArray();
    }

    @Test
    void aCutIsFoundAtEveryByte() throws IOException {
        byte[] whole = smallStream();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut, 3, new Random(1), FileStreamFormat.MIN_BUFFER))
                    .as("%d bytes", length)
                    .isInstanceOf(EOFException.class);
        }
    }

    @Test
    void anyChangedBitOfAFileIsFound() throws IOException {
        byte[] whole = smallStream();
        List<Sent> original = read(whole, 3, new Random(1), FileStreamFormat.MIN_BUFFER);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                List<Sent> received = read(damaged, 3, new Random(1), FileStreamFormat.MIN_BUFFER);
                // The texts of failures carry no checksum; whatever is received as a whole file is what was sent.
                for (int i = 0; i < received.size(); i++) {
                    if (received.get(i).failure().isEmpty()) {
                        assertThat(received.get(i)).as("bit %d", bit).isEqualTo(original.get(i));
                    }
                }
            } catch (IOException e) {
                assertThat(e).isInstanceOfAny(EOFException.class, MalformedMessageException.class);
            }
        }
    }

    @Property(tries = 1000)
    void anyBytesEndInATypedException(@ForAll byte[] bytes) {
        byte[] stream = Arrays.copyOf(new byte[] {'B', 'K', 'Y', '2', 1}, 5 + bytes.length);
        System.arraycopy(bytes, 0, stream, 5, bytes.length);
        assertThatThrownBy(() -> read(stream, 3, new Random(1), FileStreamFormat.MIN_BUFFER))
                .isInstanceOfAny(EOFException.class, MalformedMessageException.class);
    }

    @Test
    void hostileFramesAreRefused() {
        String file = "424b5932" + "01" + "00000000" + "000001a4" + "0000000000000000";
        String header = file + "0000000000001000" + "0000";
        String[][] hostile = {
            {"424b5931", "BKY2"},
            {"424b593203", "unknown type 3"},
            {"424b593200", "ends after 0 of 3"},
            {"424b5932" + "01" + "00000001" + "00".repeat(30), "metric 1 comes where 0"},
            {"424b5932" + "01" + "ffffffff" + "00".repeat(30), "metric 4294967295 comes"},
            {"424b5932" + "02" + "00000003" + "00".repeat(30), "metric 3 comes"},
            {file + "8000000000000000" + "0000", "size 9223372036854775808"},
            {file + "0000000000001000" + "ffff", "a version has 65535 bytes"},
            {header.substring(0, header.length() - 4) + "0001ff", "not UTF-8"},
            {header + "05", "unknown encoding 5"},
            {header + "00" + "0000000000000000" + "00000000" + "00000000", "0 bytes"},
            {header + "00" + "0000000000000000" + "00100001" + "00100001", "1048577 bytes"},
            {header + "00" + "0000000000000000" + "ffffffff" + "ffffffff", "4294967295 bytes"},
            {header + "00" + "0000000000000000" + "00000001" + "00000002", "stored as 2"},
            {header + "01" + "0000000000000000" + "00020001" + "00000001", "131073 bytes"},
            {header + "01" + "0000000000000000" + "00000000" + "00000000", "0 bytes"},
            {header + "01" + "0000000000000000" + "ffffffff" + "fffffff0", "4294967295 bytes"},
            {header + "01" + "0000000000000000" + "00000100" + "00000100", "256 bytes, stored as 256"},
            {header + "01" + "0000000000000000" + "00000100" + "00000000", "256 bytes, stored as 0"},
            {header + "01" + "0000000000000000" + "00000100" + "ffffffff", "256 bytes, stored as 4294967295"},
            {header + "01" + "0000000000000f80" + "00000100" + "00000001", "256 bytes at 3968"},
            {header + "00" + "0000000000001000" + "00000001" + "00000001", "and the file at 4096"},
            {header + "00" + "ffffffffffffffff" + "00000001" + "00000001", "at 18446744073709551615"},
            {header + "00" + "7fffffffffffffff" + "00000001" + "00000001", "at 9223372036854775807"},
            {
                header + "00000000000000000100000001" + "00000001" + "aa" + "00000000000000000100000001" + "00000001"
                        + "aa",
                "where the last one ended at 2"
            },
            {"424b5932" + "02" + "00000000" + "0100", "a reason has 256 bytes"},
        };
        for (String[] bad : hostile) {
            assertThatThrownBy(
                            () -> read(HexFormat.of().parseHex(bad[0]), 3, new Random(1), FileStreamFormat.MIN_BUFFER))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessageContaining(bad[1]);
        }
    }

    @Test
    void whatFollowsTheEndIsRefused() {
        assertThatThrownBy(() -> read(
                        HexFormat.of().parseHex("424b5932" + "00" + "00"),
                        0,
                        new Random(1),
                        FileStreamFormat.MIN_BUFFER))
                .hasMessageContaining("goes on behind its end");
    }

    @Test
    void piecesOfALargeChunkEndAtBlocks() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FileStreamWriter writer = writer(bytes);
        writer.file(new StreamedFile(0, 0644, 0, 1_000_000, Optional.empty()));
        writer.chunk(100, ByteBuffer.wrap(new byte[900_000]));
        writer.fileEnd();
        writer.end();
        List<Long> ends = new ArrayList<>();
        FileStreamReader reader = new FileStreamReader(
                Channels.newChannel(new ByteArrayInputStream(bytes.toByteArray())),
                ByteBuffer.allocateDirect(256 * 1024),
                1);
        reader.next(new Recorder() {
            @Override
            public void chunk(long offset, ByteBuffer piece) {
                ends.add(offset + piece.remaining());
            }
        });
        assertThat(ends.getLast()).isEqualTo(900_100);
        assertThat(ends.subList(0, ends.size() - 1)).isNotEmpty().allMatch(end -> end % 4096 == 0);
        assertThat(reader.storedBytes()).isEqualTo(900_000);
    }

    @Test
    void callsOutOfOrderAreDefects() throws IOException {
        FileStreamWriter writer = writer(new ByteArrayOutputStream());
        StreamedFile file = new StreamedFile(0, 0, 0, 10, Optional.empty());
        assertThatThrownBy(() -> writer.chunk(0, ByteBuffer.allocate(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> writer.failure(1, FAILURE)).isInstanceOf(IllegalStateException.class);
        writer.file(file);
        assertThatThrownBy(() -> writer.file(file)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> writer.chunk(10, ByteBuffer.allocate(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(writer::end).isInstanceOf(IllegalStateException.class);
        writer.chunk(5, ByteBuffer.allocate(1));
        assertThatThrownBy(() -> writer.chunk(5, ByteBuffer.allocate(1))).isInstanceOf(IllegalStateException.class);
    }

    private static byte[] smallStream() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FileStreamWriter writer = writer(bytes);
        writer.file(new StreamedFile(0, 0644, 1700000000, 100, Optional.of("1-2-3-4-5")));
        writer.chunk(10, ByteBuffer.wrap("abcdefgh".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        writer.chunk(50, ByteBuffer.wrap(new byte[50]));
        writer.fileEnd();
        writer.failure(1, FAILURE);
        writer.file(new StreamedFile(2, 0600, 1700000001, 0, Optional.empty()));
        writer.fileEnd();
        writer.end();
        return bytes.toByteArray();
    }

    private static FileStreamWriter writer(ByteArrayOutputStream bytes) {
        return new FileStreamWriter(
                chunk -> {
                    byte[] copy = new byte[chunk.remaining()];
                    chunk.get(copy);
                    bytes.writeBytes(copy);
                },
                ByteBuffer.allocateDirect(FileStreamFormat.MIN_BUFFER));
    }

    private static List<Sent> read(byte[] stream, int count, Random random, int capacity) throws IOException {
        ReadableByteChannel whole = Channels.newChannel(new ByteArrayInputStream(stream));
        Recorder recorder = new Recorder();
        try (FileStreamReader reader =
                new FileStreamReader(new Dribble(whole, random), ByteBuffer.allocateDirect(capacity), count)) {
            while (reader.next(recorder)) {
                // one metric at a time
            }
            assertThat(reader.next(recorder)).isFalse();
        }
        return recorder.received;
    }

    /** Hands out the stream in pieces of all sizes. */
    private record Dribble(ReadableByteChannel source, Random random) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer bytes) throws IOException {
            int most = random.nextBoolean() ? 1 + random.nextInt(40) : bytes.remaining();
            int limit = bytes.limit();
            bytes.limit(bytes.position() + Math.min(most, bytes.remaining()));
            try {
                return source.read(bytes);
            } finally {
                bytes.limit(limit);
            }
        }

        @Override
        public boolean isOpen() {
            return source.isOpen();
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }

    /** Looks at what it was given only when all has come. */
    private static final class Keeper extends Recorder {
        private final int capacity;
        private final List<Runnable> parts = new ArrayList<>();
        private boolean isInUse;

        Keeper(int capacity) {
            this.capacity = capacity;
        }

        @Override
        public boolean keepsBytes() {
            return true;
        }

        @Override
        public ByteBuffer nextBuffer(ByteBuffer rest) {
            ByteBuffer next = ByteBuffer.allocateDirect(capacity).put(rest).flip();
            if (!isInUse) {
                // As when somebody else has got it meanwhile.
                rest.clear();
                while (rest.hasRemaining()) {
                    rest.put((byte) 0x55);
                }
            }
            isInUse = false;
            return next;
        }

        @Override
        public void file(StreamedFile begun) {
            parts.add(() -> super.file(begun));
        }

        @Override
        public void chunk(long offset, ByteBuffer bytes) {
            ByteBuffer kept = bytes.isDirect()
                    ? bytes
                    : ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
            isInUse |= bytes.isDirect();
            parts.add(() -> super.chunk(offset, kept));
        }

        @Override
        public void fileEnd() {
            parts.add(super::fileEnd);
        }

        @Override
        public void fileFailed(ItemFailure failure) {
            parts.add(() -> super.fileFailed(failure));
        }

        @Override
        public void failure(int index, ItemFailure failure) {
            parts.add(() -> super.failure(index, failure));
        }

        List<Sent> received() {
            parts.forEach(Runnable::run);
            return super.received;
        }
    }

    private static class Recorder implements FileStreamReader.Handler {
        private final List<Sent> received = new ArrayList<>();
        private StreamedFile file;
        private byte[] content = {};

        @Override
        public void file(StreamedFile begun) {
            file = begun;
            content = new byte[(int) Math.min(begun.size(), 1 << 24)];
        }

        @Override
        public void chunk(long offset, ByteBuffer bytes) {
            assertThat(bytes.hasRemaining()).isTrue();
            if (offset + bytes.remaining() <= content.length) {
                bytes.get(content, (int) offset, bytes.remaining());
            }
        }

        @Override
        public void fileEnd() {
            received.add(new Sent(file, content));
        }

        @Override
        public void fileFailed(ItemFailure failure) {
            received.add(new Sent(file, "", Optional.of(failure)));
        }

        @Override
        public void failure(int index, ItemFailure failure) {
            received.add(new Sent(null, Integer.toString(index), Optional.of(failure)));
        }
    }
}
