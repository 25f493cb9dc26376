package org.buckytools.bench.lean;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.buckytools.protocol.transfer.FileVersion;

/**
 * A client that knows what is to be moved, a destination and a source, that share nothing: what one has to know it is told, in the
 * words that the package's description has.
 */
final class TellingEnds implements MoveEnds {
    static final byte MOVED = 1;
    static final byte CHANGED = 2;

    private final CarefulSteps steps;

    TellingEnds(CarefulSteps steps) {
        this.steps = steps;
    }

    @Override
    public List<End> connect(List<List<Path>> batches, Path from, Path to) throws IOException {
        Loopback asked = connect();
        Loopback between = connect();
        return List.of(
                new Source(between.first(), from),
                new Destination(asked.second(), between.second(), to),
                new Client(asked.first(), batches));
    }

    private static Loopback connect() throws IOException {
        Loopback connection = Loopback.connect();
        // The end of a batch, and what follows it the other way, would wait for each other otherwise.
        connection.first().setOption(StandardSocketOptions.TCP_NODELAY, true);
        connection.second().setOption(StandardSocketOptions.TCP_NODELAY, true);
        return connection;
    }

    private static ByteBuffer outcomes(SocketChannel from, int count) throws IOException {
        ByteBuffer outcomes = ByteBuffer.allocate(count);
        Loopback.readFully(from, outcomes);
        return outcomes.flip();
    }

    private record Client(SocketChannel destination, List<List<Path>> batches) implements End {
        @Override
        public void run() throws IOException {
            for (List<Path> batch : batches) {
                List<String> names = batch.stream().map(Path::toString).toList();
                Request.toGive(names).send(destination);
                ByteBuffer outcomes = outcomes(destination, names.size());
                for (String name : names) {
                    if (outcomes.get() != MOVED) {
                        throw new IOException(name + " was changed meanwhile and is still at the source");
                    }
                }
            }
        }

        @Override
        public void close() throws IOException {
            destination.close();
        }
    }

    private final class Destination implements End {
        private final SocketChannel client;
        private final SocketChannel source;
        private final Path to;
        private final Arrivals arrivals;
        private final FrameReader frames;

        private Destination(SocketChannel client, SocketChannel source, Path to) {
            this.client = client;
            this.source = source;
            this.to = to;
            this.arrivals = new Arrivals(steps, to);
            this.frames = new FrameReader(source);
        }

        @Override
        public void run() throws IOException {
            Request.answerAll(client, request -> move(request.names()));
        }

        private void move(List<String> names) throws IOException {
            Request.toGive(names).send(source);
            List<FileVersion> versions = new ArrayList<>(names.size());
            for (int i = 0; i < names.size(); i++) {
                FrameHeader header = frames.header();
                if (header.index() != i) {
                    throw new IOException("file " + header.index() + " of a batch came instead of file " + i);
                }
                arrivals.write(to.resolve(names.get(i)), header.version().size(), frames);
                versions.add(header.version());
            }
            arrivals.complete();
            new Request(names, versions).send(source);
            Loopback.writeFully(outcomes(source, names.size()), client);
        }

        @Override
        public void close() throws IOException {
            try (client) {
                source.close();
            }
        }
    }

    /** What reads, sends and deletes the files. */
    final class Source implements End {
        private final SocketChannel destination;
        private final Path from;
        private final FrameWriter frames;

        Source(SocketChannel destination, Path from) {
            this.destination = destination;
            this.from = from;
            this.frames = new FrameWriter(destination);
        }

        @Override
        public void run() throws IOException {
            Request.answerAll(destination, request -> {
                if (request.isToDelete()) {
                    delete(request);
                } else {
                    give(request.names());
                }
            });
        }

        private void give(List<String> names) throws IOException {
            for (int i = 0; i < names.size(); i++) {
                frames.begin(i);
                steps.read(from.resolve(names.get(i)), frames);
                frames.end();
            }
            frames.flush();
        }

        private void delete(Request request) throws IOException {
            List<String> names = request.names();
            ByteBuffer outcomes = ByteBuffer.allocate(names.size());
            for (int i = 0; i < names.size(); i++) {
                FileVersion version = request.versions().get(i);
                boolean deleted =
                        steps.deleteIf(from.resolve(names.get(i)), status -> version.equals(VersionBytes.of(status)));
                outcomes.put(deleted ? MOVED : CHANGED);
            }
            Loopback.writeFully(outcomes.flip(), destination);
        }

        @Override
        public void close() throws IOException {
            destination.close();
        }
    }
}
