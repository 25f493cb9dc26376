package org.buckytools.bench.lean;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * A source and a destination that share the list of files, and know how large they are: the bytes of the files are all that
 * goes over their connection, apart from a byte back for each batch.
 */
final class SilentEnds implements MoveEnds {
    private final MoveSteps steps;
    private final long size;

    /**
     * @param size of every file, in bytes
     */
    SilentEnds(MoveSteps steps, long size) {
        this.steps = steps;
        this.size = size;
    }

    @Override
    public List<End> connect(List<List<Path>> batches, Path from, Path to) throws IOException {
        Loopback between = Loopback.connect();
        return List.of(new Source(between.first(), batches, from), new Destination(between.second(), batches, to));
    }

    private final class Source implements End, MoveSteps.Sink {
        private final SocketChannel destination;
        private final List<List<Path>> batches;
        private final Path from;
        private final ByteBuffer block = ByteBuffer.allocateDirect(MoveSteps.BLOCK_BYTES);
        private final ByteBuffer confirmation = ByteBuffer.allocateDirect(1);

        private Source(SocketChannel destination, List<List<Path>> batches, Path from) {
            this.destination = destination;
            this.batches = batches;
            this.from = from;
        }

        @Override
        public void run() throws IOException {
            for (List<Path> batch : batches) {
                for (Path each : batch) {
                    Path file = from.resolve(each);
                    long sent = steps.read(file, this);
                    if (sent != size) {
                        throw new IOException(file + " has " + sent + " bytes instead of " + size);
                    }
                }
                Loopback.readFully(destination, confirmation.clear());
                for (Path each : batch) {
                    steps.delete(from.resolve(each));
                }
            }
        }

        @Override
        public ByteBuffer block() {
            return block.clear();
        }

        @Override
        public void pass(ByteBuffer block) throws IOException {
            Loopback.writeFully(block, destination);
        }

        @Override
        public void close() throws IOException {
            destination.close();
        }
    }

    private final class Destination implements End, MoveSteps.Source {
        private final SocketChannel source;
        private final List<List<Path>> batches;
        private final Path to;
        private final ByteBuffer block = ByteBuffer.allocateDirect(MoveSteps.BLOCK_BYTES);

        private Destination(SocketChannel source, List<List<Path>> batches, Path to) {
            this.source = source;
            this.batches = batches;
            this.to = to;
        }

        @Override
        public void run() throws IOException {
            Arrivals arrivals = new Arrivals(steps, to);
            for (List<Path> batch : batches) {
                for (Path each : batch) {
                    arrivals.write(to.resolve(each), size, this);
                }
                arrivals.complete();
                Loopback.writeFully(block.clear().limit(1), source);
            }
        }

        @Override
        public ByteBuffer next(long left) throws IOException {
            block.clear().limit((int) Math.min(left, block.capacity()));
            Loopback.readFully(source, block);
            return block.flip();
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}
