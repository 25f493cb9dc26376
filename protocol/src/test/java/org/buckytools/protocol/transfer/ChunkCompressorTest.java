package org.buckytools.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class ChunkCompressorTest {
    private static final int CHUNK = 1 << 20;
    private static final int CHUNKS = 64;
    private static final long CONTENT = (long) CHUNK * CHUNKS;

    /** In bytes a nanosecond. */
    private static final double MEGABIT = 1e6 / 8 / 1e9;

    /** As compression of a block would take at some 400 MB/s. */
    private static final long USUAL_ENCODER = 300_000;

    @Test
    void aFastLinkNeverSeesCompression() throws IOException {
        for (double megabits : new double[] {1e6, 10_000, 6_000}) {
            Link link = new Link(megabits * MEGABIT, USUAL_ENCODER);
            send(points(), link, 1);
            assertThat(link.taken).as("%s Mbit/s", megabits).isGreaterThan(CONTENT);
            assertThat(link.encoderRuns).isZero();
        }
    }

    @Test
    void manyStreamsThatAreFastTogetherAreLeftAlone() throws IOException {
        Link link = new Link(10_000 * MEGABIT / 16, USUAL_ENCODER);
        send(points(), link, 16);
        assertThat(link.taken).isGreaterThan(CONTENT);
        assertThat(link.encoderRuns).isZero();
    }

    @Test
    void onASlowLinkWhatCanBeCompressedIs() throws IOException {
        for (double megabits : new double[] {10, 100, 1000}) {
            Link link = new Link(megabits * MEGABIT, USUAL_ENCODER);
            send(points(), link, 1);
            assertThat(link.taken).as("%s Mbit/s", megabits).isLessThan(CONTENT / 2);
            assertThat(link.now).as("%s Mbit/s", megabits).isLessThan((long) (0.6 * CONTENT / (megabits * MEGABIT)));
        }
    }

    @Test
    void aWriteThatWaitsForAProcessorAndNotForTheLinkIsNoSlowLink() throws IOException {
        Link link = new Link(10_000 * MEGABIT, USUAL_ENCODER);
        link.preempted = true;
        send(points(), link, 1);
        assertThat(link.encoderRuns).isZero();
    }

    @Test
    void aSlowEncoderIsNotUsed() throws IOException {
        Link link = new Link(1000 * MEGABIT, 100 * USUAL_ENCODER);
        send(points(), link, 1);
        assertThat(link.encoderRuns).isBetween(1L, 8L);
    }

    @Test
    void anEncoderThatHasToWaitForAProcessorNowAndThenIsStillUsed() throws IOException {
        Link link = new Link(1000 * MEGABIT, USUAL_ENCODER);
        link.interrupted = 5;
        send(points(), link, 1);
        assertThat(link.encoderRuns).isGreaterThan(CONTENT / FileStreamFormat.MAX_ENCODED_CHUNK * 8 / 10);
    }

    @Test
    void whatCannotBeCompressedIsSoonLeftAlone() throws IOException {
        byte[] noise = new byte[CHUNK];
        new Random(1).nextBytes(noise);
        Link link = new Link(100 * MEGABIT, USUAL_ENCODER);
        send(noise, link, 1);
        assertThat(link.encoderRuns).isBetween(1L, 8L);
        assertThat(link.now).isLessThan((long) (1.01 * CONTENT / (100 * MEGABIT)));
    }

    @Test
    void writesThatWaitForSomebodyWhoWaitsForAProcessorAreNoSlowLink() throws IOException {
        AtomicReference<Double> idle = new AtomicReference<>(0.1);
        LinkFigures figures = new LinkFigures(idle::get);
        Link link = new Link(100 * MEGABIT, USUAL_ENCODER);
        send(points(), link, 1, CHUNKS, figures);
        assertThat(link.encoderRuns).isZero();

        idle.set(1.0);
        send(points(), link, 1, CHUNKS, figures);
        long runs = link.encoderRuns;
        assertThat(runs)
                .as("with a processor to spare")
                .isGreaterThan(CONTENT / FileStreamFormat.MAX_ENCODED_CHUNK / 2);

        idle.set(0.2);
        send(points(), link, 1, CHUNKS, figures);
        assertThat(link.encoderRuns).as("with none left").isEqualTo(runs);
    }

    @Test
    void theNextStreamToThatPeerBeginsWithWhatIsKnown() throws IOException {
        Link link = new Link(10 * MEGABIT, USUAL_ENCODER);
        LinkFigures figures = new LinkFigures(() -> 1);
        send(points(), link, 1, 8, figures);
        long before = link.taken;
        send(points(), link, 1, 1, figures);
        assertThat(link.taken - before).isLessThan(CHUNK / 2);
        link.now += 6_000_000_000L;
        before = link.taken;
        send(points(), link, 1, 1, figures);
        assertThat(link.taken - before).as("after a while").isGreaterThan(CHUNK);
    }

    @Test
    void whatGoesNoFasterAlthoughItIsSmallerIsLeftAlone() {
        Receiver disk = new Receiver();
        disk.take(2000L * CHUNK, 100, 100);
        assertThat(disk.encodedShare()).isBetween(0.0, 0.15);
    }

    @Test
    void aReceiverThatWasSlowAtFirstOnlyIsSentWhatItTakesFastest() {
        Receiver receiver = new Receiver();
        receiver.take(64L * CHUNK, 10, 5);
        assertThat(receiver.encodedShare()).as("while it is slow").isGreaterThan(0.8);
        // Now it would read the bytes as they are faster than it can unpack them, and what it is sent seems to wait for
        // the link.
        receiver.take(64L * CHUNK, 2, 3);
        receiver.forgetShare();
        receiver.take(1000L * CHUNK, 2, 3);
        assertThat(receiver.encodedShare()).as("since it is fast").isLessThan(0.2);
    }

    @Test
    void aLinkOnWhichCompressionPaysIsSeldomSentAnythingElse() {
        Receiver receiver = new Receiver();
        receiver.take(64L * CHUNK, 80, 40);
        receiver.forgetShare();
        receiver.take(2000L * CHUNK, 80, 40);
        assertThat(receiver.encodedShare()).isBetween(0.95, 0.99);
    }

    @Test
    void aFastLinkThatStoodStillForAMomentIsNotTakenForASlowOne() {
        LinkFigures figures = new LinkFigures(() -> 1);
        int block = FileStreamFormat.MAX_ENCODED_CHUNK;
        for (long sent = 0; sent < 32 * CHUNK; sent += block) {
            figures.went(block, block, 2.0 * block, false, 0);
        }
        figures.went(block, block, 8_000_000, false, 0);
        figures.encoded(block, block / 2, 1.5 * block);
        assertThat(figures.shouldEncode(0)).isFalse();
    }

    /** Takes content at a given speed, whatever it is that has it. */
    private static final class Receiver {
        private final LinkFigures figures = new LinkFigures(() -> 1);
        private long now;
        private long encoded;
        private long all;

        /** So many bytes of content, half as many where it is compressed; nanoseconds for a byte of content. */
        void take(long bytes, long plainNanos, long encodedNanos) {
            int block = FileStreamFormat.MAX_ENCODED_CHUNK;
            for (long end = all + bytes; all < end; all += block) {
                if (figures.shouldEncode(now)) {
                    figures.encoded(block, block / 2, 300_000);
                    now += encodedNanos * block;
                    figures.went(block / 2, block, (double) encodedNanos * block, true, now);
                    encoded += block;
                } else {
                    figures.plain(block);
                    now += plainNanos * block;
                    figures.went(block, block, (double) plainNanos * block, false, now);
                }
            }
        }

        void forgetShare() {
            encoded = 0;
            all = 0;
        }

        double encodedShare() {
            return (double) encoded / all;
        }
    }

    private static void send(byte[] content, Link link, int crowd) throws IOException {
        send(content, link, crowd, CHUNKS, new LinkFigures(() -> 1));
    }

    private static void send(byte[] content, Link link, int crowd, int chunks, LinkFigures figures) throws IOException {
        try (ChunkCompressor compressor = new ChunkCompressor(figures, () -> crowd, link, link::encoder)) {
            FileStreamWriter writer = new FileStreamWriter(
                    link, ByteBuffer.allocate(FileStreamFormat.MIN_BUFFER), Optional.of(compressor));
            writer.file(new StreamedFile(0, 0644, 0, (long) CHUNK * chunks, Optional.empty()));
            for (int i = 0; i < chunks; i++) {
                writer.chunk((long) i * CHUNK, ByteBuffer.wrap(content));
            }
            writer.fileEnd();
            writer.end();
        }
    }

    /** A minute's points with values that have few digits. */
    static byte[] points() {
        Random random = new Random(1);
        ByteBuffer content = ByteBuffer.allocate(CHUNK);
        content.putInt(0);
        for (int time = 1_500_000_000; content.remaining() >= 12; time += 60) {
            content.putInt(time).putDouble(random.nextInt(1000));
        }
        return content.array();
    }

    /** A link with a buffer before it, and the clock beside it: writing and compressing are all that takes time. */
    private static final class Link implements LongSupplier, FileStreamWriter.Sink {
        private static final long BUFFER = 2_000_000;

        private final double speed;
        private final long encoderNanos;
        private double buffered;
        private long bufferedAt;
        private long now;
        private long taken;
        private long encoderRuns;
        private boolean hadToWait;

        /** Whether each write is kept from a processor for 4 ms. */
        private boolean preempted;

        /** Every so many blocks the encoder is kept waiting for 20 ms; 0 for never. */
        private int interrupted;

        Link(double speed, long encoderNanos) {
            this.speed = speed;
            this.encoderNanos = encoderNanos;
        }

        @Override
        public boolean hadToWait() {
            return hadToWait;
        }

        @Override
        public void write(ByteBuffer bytes) {
            int length = bytes.remaining();
            bytes.position(bytes.limit());
            taken += length;
            now += length / 5 + (preempted ? 4_000_000 : 0);
            hadToWait = false;
            buffered = Math.max(0, buffered - (now - bufferedAt) * speed) + length;
            if (buffered > BUFFER) {
                now += (long) ((buffered - BUFFER) / speed);
                buffered = BUFFER;
                hadToWait = true;
            }
            bufferedAt = now;
        }

        PointEncoder encoder() {
            return new PointEncoder() {
                @Override
                ByteBuffer encode(long offset, ByteBuffer block) {
                    encoderRuns++;
                    now += encoderNanos;
                    if (interrupted > 0 && encoderRuns % interrupted == 0) {
                        now += 20_000_000;
                    }
                    return super.encode(offset, block);
                }
            };
        }

        @Override
        public long getAsLong() {
            return now;
        }
    }
}
