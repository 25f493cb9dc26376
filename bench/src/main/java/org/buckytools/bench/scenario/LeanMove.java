package org.buckytools.bench.scenario;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.buckytools.bench.process.CpuTime;

/**
 * Moves files over loopback connections by {@link MoveSteps}, and does nothing else: no start of a process, no names or sizes on
 * the wire, no checksums. With {@link BareSteps} it takes the least that a program can take that reads, sends, receives,
 * writes and deletes; with {@link CarefulSteps}, the least of one that loses nothing when others write to the files meanwhile, or the
 * power fails.
 *
 * <p>Two connections for each processor, so that one goes on where another waits for its confirmation; files are confirmed in
 * batches, and then deleted at the source. The first move of a JVM is not typical of it, so it should not be the one that is measured.
 */
final class LeanMove {
    private static final int BLOCK_BYTES = 256 * 1024;

    /** Files and bytes that are confirmed together, as many as a batch of ours has: with fewer, the ends wait for each other. */
    private static final int CONFIRMED_FILES = 256;

    private static final long CONFIRMED_BYTES = 64L << 20;

    private static final int CONNECTIONS = 2 * Runtime.getRuntime().availableProcessors();

    /** What a move took, of this process. */
    record Took(double seconds, CpuTime cpu) {}

    private final MoveSteps steps;
    private final List<Path> files;
    private final long size;
    private final Path from;
    private final Path to;

    private LeanMove(MoveSteps steps, List<Path> files, long size, Path from, Path to) {
        this.steps = steps;
        this.files = files;
        this.size = size;
        this.from = from;
        this.to = to;
    }

    /**
     * Moves all files of a folder.
     *
     * @param from has files of one size only; its folders stay
     * @param to is there, with or without the folders
     * @param size of every file, in bytes
     */
    static Took move(MoveSteps steps, Path from, Path to, long size) throws IOException, InterruptedException {
        return new LeanMove(steps, filesBelow(from), size, from, to).move();
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.add(folder.relativize(file));
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private Took move() throws IOException, InterruptedException {
        long pid = ProcessHandle.current().pid();
        CpuTime before = CpuTime.ofProcess(pid);
        long began = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(2 * CONNECTIONS)) {
            List<Future<?>> ends = new ArrayList<>();
            try {
                for (int i = 0; i < CONNECTIONS; i++) {
                    connect(files.subList(share(i), share(i + 1)), threads, ends);
                }
                for (Future<?> end : ends) {
                    end.get();
                }
            } catch (ExecutionException e) {
                throw new IOException("a move failed: " + e.getCause().getMessage(), e.getCause());
            } finally {
                // Who waits for an end that has failed waits for ever otherwise.
                threads.shutdownNow();
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Took(seconds, CpuTime.ofProcess(pid).minus(before));
    }

    private int share(int connection) {
        return (int) ((long) files.size() * connection / CONNECTIONS);
    }

    private void connect(List<Path> share, ExecutorService threads, List<Future<?>> ends) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel source = SocketChannel.open(server.getLocalAddress());
            SocketChannel destination = server.accept();
            ends.add(threads.submit(ended(source, () -> send(share, source))));
            ends.add(threads.submit(ended(destination, () -> receive(share, destination))));
        }
    }

    private interface End {
        void run() throws IOException;
    }

    private static Callable<Void> ended(SocketChannel connection, End end) {
        return () -> {
            try (connection) {
                end.run();
            }
            return null;
        };
    }

    private void send(List<Path> share, SocketChannel connection) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        ByteBuffer confirmation = ByteBuffer.allocateDirect(1);
        for (int batch = 0; batch < share.size(); batch += together()) {
            List<Path> together = batch(share, batch);
            for (Path each : together) {
                Path file = from.resolve(each);
                long sent = steps.read(file, block, bytes -> writeFully(bytes, connection));
                if (sent != size) {
                    throw new IOException(file + " has " + sent + " bytes instead of " + size);
                }
            }
            readFully(connection, confirmation.clear());
            for (Path each : together) {
                steps.delete(from.resolve(each));
            }
        }
    }

    private void receive(List<Path> share, SocketChannel connection) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        Path folder = to;
        for (int batch = 0; batch < share.size(); batch += together()) {
            List<Path> written = new ArrayList<>();
            for (Path each : batch(share, batch)) {
                Path file = to.resolve(each);
                if (!folder.equals(file.getParent())) {
                    folder = file.getParent();
                    Files.createDirectories(folder);
                }
                steps.write(file, size, block, bytes -> readFully(connection, bytes));
                written.add(file);
            }
            steps.written(written);
            writeFully(block.clear().limit(1), connection);
        }
    }

    private int together() {
        return Math.clamp(CONFIRMED_BYTES / size, 1, CONFIRMED_FILES);
    }

    private List<Path> batch(List<Path> share, int first) {
        return share.subList(first, Math.min(first + together(), share.size()));
    }

    private static void readFully(SocketChannel connection, ByteBuffer block) throws IOException {
        while (block.hasRemaining()) {
            if (connection.read(block) < 0) {
                throw new EOFException("the other end has closed the connection");
            }
        }
    }

    private static void writeFully(ByteBuffer block, SocketChannel connection) throws IOException {
        while (block.hasRemaining()) {
            connection.write(block);
        }
    }
}
