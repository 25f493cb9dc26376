package org.buckytools.bench.lean;

import java.io.IOException;
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
 * Moves files over loopback connections, and does nothing else: no process starts. A bare move takes the least that a
 * program can take that reads, sends, receives, writes and deletes; a careful one, the least of a program that loses nothing when
 * others write to the files meanwhile, or the power fails; a told one, the least of such a program of which the ends do not share memory.
 *
 * <p>Two connections for each processor, so that one goes on where another waits for its confirmation; files are confirmed in
 * batches, and then deleted at the source. The first move of a JVM is not typical of it, so it should not be the one that is measured.
 */
public final class LeanMove {
    /** Files and bytes that are confirmed together, as many as a batch of ours has: with fewer, the ends wait for each other. */
    private static final int CONFIRMED_FILES = 256;

    private static final long CONFIRMED_BYTES = 64L << 20;

    private static final int CONNECTIONS = 2 * Runtime.getRuntime().availableProcessors();

    /** What a move took, of this process. */
    public record Took(double seconds, CpuTime cpu) {}

    private final MoveEnds ends;
    private final int together;

    private LeanMove(MoveEnds ends, long size) {
        this.ends = ends;
        this.together = Math.clamp(CONFIRMED_BYTES / size, 1, CONFIRMED_FILES);
    }

    /**
     * The system calls that every move needs.
     *
     * @param size of every file that will be moved, in bytes
     */
    public static LeanMove bare(long size) {
        return new LeanMove(new SilentEnds(new BareSteps(), size), size);
    }

    /**
     * These, and those by which nothing is lost.
     *
     * @param size as for {@link #bare}
     */
    public static LeanMove careful(long size) {
        return new LeanMove(new SilentEnds(new CarefulSteps(), size), size);
    }

    /**
     * A careful move between ends that must be told what to do, what they get, and what became of it.
     *
     * @param size of the usual file, in bytes
     */
    public static LeanMove told(long size) {
        return new LeanMove(new TellingEnds(new CarefulSteps()), size);
    }

    /**
     * Moves all files of a folder.
     *
     * @param from its folders stay
     * @param to is there, with or without the folders
     */
    public Took move(Path from, Path to) throws IOException, InterruptedException {
        List<Path> files = filesBelow(from);
        long pid = ProcessHandle.current().pid();
        CpuTime before = CpuTime.ofProcess(pid);
        long began = System.nanoTime();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> running = new ArrayList<>();
            try {
                for (int i = 0; i < CONNECTIONS; i++) {
                    List<Path> share = files.subList(share(files, i), share(files, i + 1));
                    for (MoveEnds.End end : ends.connect(batches(share), from, to)) {
                        running.add(threads.submit(thenClosed(end)));
                    }
                }
                for (Future<?> end : running) {
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

    private static int share(List<Path> files, int connection) {
        return (int) ((long) files.size() * connection / CONNECTIONS);
    }

    private List<List<Path>> batches(List<Path> share) {
        List<List<Path>> batches = new ArrayList<>();
        for (int first = 0; first < share.size(); first += together) {
            batches.add(share.subList(first, Math.min(first + together, share.size())));
        }
        return batches;
    }

    private static Callable<Void> thenClosed(MoveEnds.End end) {
        return () -> {
            try (end) {
                end.run();
            }
            return null;
        };
    }
}
