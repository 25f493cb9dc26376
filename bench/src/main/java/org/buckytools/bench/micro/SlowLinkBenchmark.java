package org.buckytools.bench.micro;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.buckytools.protocol.transfer.ChunkCompressor;
import org.buckytools.protocol.transfer.FileStreamFormat;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.FileStreamWriter;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.LinkFigures;
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

/** A file of 1.36 MB in a stream that goes over a link so slow that all of it is compressed; what both ends do, without the link. */
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:TieredStopAtLevel=1")
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
public class SlowLinkBenchmark {
    private static final int MODE = 0x1A4;

    /** 10 MB/s. */
    private static final long LINK_NANOS_A_BYTE = 100;

    /** What the file holds. */
    @Param
    public TransferBenchmark.Content content;

    private final LinkFigures figures = new LinkFigures(() -> 1);

    /** Stands still but while something is sent, so that compressing seems to cost nothing. */
    private long now;

    private ByteBuffer buffer;
    private ByteBuffer file;
    private byte[] stream;

    /** Makes the file, and sends it until the link is known. */
    @Setup
    public void setUp() throws IOException {
        file = content.file();
        buffer = ByteBuffer.allocateDirect(FileStreamFormat.MIN_BUFFER);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        for (int i = 0; i < 10; i++) {
            sent.reset();
            send(Channels.newChannel(sent)::write);
        }
        stream = sent.toByteArray();
        if (stream.length > file.remaining() / 2 + file.remaining() / 4) {
            throw new IllegalStateException("the stream has " + stream.length + " bytes: it is not compressed");
        }
    }

    /** The source's part: columns, compression, checksum. */
    @Benchmark
    public long write() throws IOException {
        return send(part -> part.position(part.limit()));
    }

    private long send(FileStreamWriter.Sink sink) throws IOException {
        long began = now;
        FileStreamWriter.Sink slow = part -> {
            now += part.remaining() * LINK_NANOS_A_BYTE;
            sink.write(part);
        };
        try (ChunkCompressor compressor = new ChunkCompressor(figures, () -> 1, () -> now)) {
            FileStreamWriter writer = new FileStreamWriter(slow, buffer, Optional.of(compressor));
            writer.file(new StreamedFile(0, MODE, 0, file.remaining(), Optional.empty()));
            writer.chunk(0, file.duplicate());
            writer.fileEnd();
            writer.end();
        }
        return now - began;
    }

    /** The destination's part, without writing it to a file. */
    @Benchmark
    public long read() throws IOException {
        Whole whole = new Whole();
        try (FileStreamReader reader =
                new FileStreamReader(Channels.newChannel(new ByteArrayInputStream(stream)), buffer, 1)) {
            while (reader.next(whole)) {
                // One file, and then the end.
            }
        }
        if (whole.bytes != file.remaining()) {
            throw new IllegalStateException(whole.bytes + " bytes came instead of " + file.remaining());
        }
        return whole.bytes;
    }

    private static final class Whole implements FileStreamReader.Handler {
        private long bytes;

        @Override
        public void file(StreamedFile begun) {}

        @Override
        public void chunk(long offset, ByteBuffer part) {
            bytes += part.remaining();
        }

        @Override
        public void fileEnd() {}

        @Override
        public void fileFailed(ItemFailure failure) {
            throw new IllegalStateException(failure.message());
        }

        @Override
        public void failure(int index, ItemFailure failure) {
            throw new IllegalStateException(failure.message());
        }
    }
}
