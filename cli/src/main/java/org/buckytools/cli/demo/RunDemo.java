package org.buckytools.cli.demo;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.buckytools.cli.cluster.AgentClients;
import org.buckytools.hashring.HashRing;
import org.buckytools.protocol.MetricName;

/** Shows, on a small cluster of its own, what {@code bucky rebalance} does, and proves that it lost nothing. */
public final class RunDemo {
    /** How often an emptied folder may turn out not to be empty. */
    private static final int CLEANING_TRIES = 100;

    private final Path buckyd;
    private final BuckyRunner bucky;
    private final AgentClients.Factory clients;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final PrintStream out;

    /** Runs a {@code bucky} command as the user would. */
    @FunctionalInterface
    public interface BuckyRunner {
        /**
         * Runs it.
         *
         * @param arguments without the program's name
         * @return its exit code
         */
        int run(String... arguments);
    }

    /**
     * A demo that has not begun.
     *
     * @param buckyd the daemon's program
     * @param clients to see whether the daemons answer
     * @param out gets what the demo says
     */
    public RunDemo(
            Path buckyd,
            BuckyRunner bucky,
            AgentClients.Factory clients,
            InstantSource clock,
            RandomGenerator random,
            PrintStream out) {
        this.buckyd = requireNonNull(buckyd, "buckyd is null");
        this.bucky = requireNonNull(bucky, "bucky is null");
        this.clients = requireNonNull(clients, "clients is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.random = requireNonNull(random, "random is null");
        this.out = requireNonNull(out, "out is null");
    }

    /**
     * Runs it to its end. Daemons and files are gone afterwards, also if it fails or the program is stopped.
     *
     * @return whether all commands succeeded and nothing was lost
     */
    public boolean run(int metrics) throws IOException {
        long started = System.nanoTime();
        Path folder = Files.createTempDirectory("bucky-demo-");
        DemoCluster cluster = new DemoCluster(folder);
        Thread cleaner = new Thread(() -> cleanUp(cluster, folder), "demo-clean-up");
        Runtime.getRuntime().addShutdownHook(cleaner);
        boolean proved;
        try {
            proved = show(cluster, metrics);
        } finally {
            // When the program is being stopped the hook runs already, and must be left to it.
            if (removeHook(cleaner)) {
                cleanUp(cluster, folder);
            }
        }
        say(String.format(
                Locale.ROOT,
                "Took %.1f s. Nothing is left behind: the daemons are stopped, %s is gone.",
                seconds(started),
                folder));
        return proved;
    }

    private boolean show(DemoCluster cluster, int metrics) throws IOException {
        HashRing before = DemoCluster.ring(DemoCluster.HOSTS.size() - 1);
        HashRing after = DemoCluster.ring(DemoCluster.HOSTS.size());
        DemoMetrics generator = new DemoMetrics(cluster, random, clock.instant().getEpochSecond());
        Map<MetricName, PointSet> wanted = generator.create(metrics, before, after);
        say(String.format(
                Locale.ROOT,
                "Made %d metrics where a ring of two nodes wants them, but for a few that went astray: %s.",
                metrics,
                counts(cluster)));
        say("Now a third node joins. Its relays already send it the newest points of some metrics.");
        cluster.start(buckyd, clients);
        say("");

        String host = cluster.address(DemoCluster.HOSTS.getFirst()).toString();
        boolean healthy = command("servers", "-h", host);
        say("");
        say("What the new ring wants elsewhere, and where that is:");
        boolean planned = command("rebalance", "-h", host, "--no-op", "-r", "demo\\.web00[0-3]\\.");
        say("  (and so on; the names are limited here by -r)");
        say("");
        long moving = System.nanoTime();
        boolean moved = command("rebalance", "-h", host, "-w", "100", "--delete");
        double seconds = seconds(moving);
        say("");

        DemoProof proof = DemoProof.take(cluster, after, wanted);
        say(String.format(Locale.ROOT, "Rebalanced in %.1f s. On the disks now: %s.", seconds, counts(cluster)));
        say(String.format(
                Locale.ROOT,
                "  metrics on their owner, and only there: %d of %d",
                proof.metrics() - proof.misplaced().size(),
                proof.metrics()));
        say(String.format(
                Locale.ROOT,
                "  points that were there before and are there now: %d of %d",
                proof.points() - proof.missing(),
                proof.points()));
        boolean proved = healthy && planned && moved && proof.holds();
        say(proved ? "Every metric is in its place and no point was lost." : "The demo FAILED: see above.");
        say("");
        if (proved) {
            say("The same on real nodes: start on each of them, with the relays' members in the relays' order,");
            say("  buckyd --sparse --hash jump_fnv1a --prefix /var/lib/graphite/whisper HOST:2003=a HOST:2003=b ...");
            say("and from anywhere run");
            say("  bucky servers -h HOST");
            say("  bucky rebalance -h HOST -w 100 --no-op      to see what would move");
            say("  bucky rebalance -h HOST -w 100 --delete     to move it");
        }
        return proved;
    }

    private boolean command(String... arguments) {
        say(String.format(Locale.ROOT, "$ bucky %s", String.join(" ", arguments)));
        int code = bucky.run(arguments);
        if (code != 0) {
            say(String.format(Locale.ROOT, "ended with %d", code));
        }
        return code == 0;
    }

    private static String counts(DemoCluster cluster) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String host : DemoCluster.HOSTS) {
            try (Stream<Path> files = Files.walk(cluster.store(host))) {
                long count =
                        files.filter(file -> file.toString().endsWith(".wsp")).count();
                text.append(text.isEmpty() ? "" : ", ")
                        .append(count)
                        .append(" on ")
                        .append(host);
            }
        }
        return text.toString();
    }

    private static boolean removeHook(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private void cleanUp(DemoCluster cluster, Path folder) {
        try {
            cluster.close();
            for (int tries = CLEANING_TRIES; ; tries--) {
                try {
                    deleteTree(folder);
                    return;
                } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                    // After an interruption the file that was being made may appear, or go, until it is closed.
                    if (tries == 1) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            say(String.format(Locale.ROOT, "The demo could not clean up %s: %s. Remove it by hand.", folder, e));
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static double seconds(long startedNanos) {
        return (System.nanoTime() - startedNanos) / 1e9;
    }

    private void say(String line) {
        out.println(line);
    }
}
