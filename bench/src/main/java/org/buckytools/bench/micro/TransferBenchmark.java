package org.buckytools.bench.micro;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.buckytools.bench.data.WhisperTemplates;
import org.buckytools.protocol.SnappyFraming;
import org.buckytools.protocol.transfer.FileStreamFormat;
import org.buckytools.protocol.transfer.FileStreamWriter;
import org.buckytools.protocol.transfer.StreamedFile;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What is done with the bytes of a file of 1.36 MB on its way: checksum, stream of files, snappy. */
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:TieredStopAtLevel=1")
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
public class TransferBenchmark {
    private static final int READ_BYTES = 1 << 16;
    private static final int MODE = 0x1A4;

    /** What the file holds. */
    public enum Content {
        /** A value in every slot. */
        DENSE,
        /** The last day only, and zeros. */
        ONE_DAY;

        ByteBuffer file() {
            return WhisperTemplates.create(
                            "60s:30d,15m:2y",
                            1,
                            this == ONE_DAY ? new WhisperTemplates.Recent(1, 86_400) : WhisperTemplates.Recent.NONE,
                            0,
                            InstantSource.system().instant().getEpochSecond(),
                            1)
                    .whole(0);
        }
    }

    /** Which file. */
    @Param
    public Content content;

    private final byte[] read = new byte[READ_BYTES];
    private ByteBuffer direct;
    private ByteBuffer streamBuffer;
    private byte[] heap;
    private byte[] compressed;

    /** Makes the file in its forms. */
    @Setup
    public void setUp() throws IOException {
        direct = content.file();
        heap = new byte[direct.remaining()];
        direct.duplicate().get(heap);
        streamBuffer = ByteBuffer.allocateDirect(FileStreamFormat.MIN_BUFFER);
        compressed = compress();
    }

    private byte[] compress() throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream(heap.length);
        try (OutputStream out = SnappyFraming.encode(sink)) {
            out.write(heap);
        }
        return sink.toByteArray();
    }

    /** CRC-32C of memory outside the heap, as transfers have it. */
    @Benchmark
    public long checksum() {
        CRC32C crc = new CRC32C();
        crc.update(direct.duplicate());
        return crc.getValue();
    }

    /** A file in a stream of files, checksum included, without the network. */
    @Benchmark
    public long fileStream() throws IOException {
        long[] bytes = {0};
        FileStreamWriter writer = new FileStreamWriter(
                part -> {
                    bytes[0] += part.remaining();
                    part.position(part.limit());
                },
                streamBuffer);
        writer.file(new StreamedFile(0, MODE, 0, direct.remaining(), Optional.empty()));
        writer.chunk(0, direct.duplicate());
        writer.fileEnd();
        writer.end();
        return bytes[0];
    }

    /** What clients of version 1 want. */
    @Benchmark
    public byte[] snappyEncode() throws IOException {
        return compress();
    }

    /** What clients of version 1 send. */
    @Benchmark
    public long snappyDecode() throws IOException {
        long sum = 0;
        try (var in = SnappyFraming.decode(new ByteArrayInputStream(compressed), heap.length)) {
            for (int count = in.read(read); count >= 0; count = in.read(read)) {
                sum += count;
            }
        }
        return sum;
    }
}
