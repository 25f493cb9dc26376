package org.buckytools.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.buckytools.bench.data.Nodes;

/**
 * Slow links between the nodes. {@code bench/run} starts this program in a network namespace of its own where the machine
 * allows that, so that nobody else's loopback gets slow; {@code tc} then limits what goes out of a node, and what comes in.
 */
public final class PrivateNetwork implements AutoCloseable {
    private static final String VARIABLE = "BUCKYTOOLS_BENCH_NETWORK";
    private static final String DEVICE = "lo";

    /** Classes of the queueing discipline: 10, 11, 12 out of the nodes, 20, 21, 22 into them. */
    private static final int OUT = 10;

    private static final int IN = 20;

    private final ChildProcesses children;
    private final Path log;

    private PrivateNetwork(ChildProcesses children, Path log) {
        this.children = children;
        this.log = log;
    }

    /**
     * Takes the namespace's loopback interface; closing this makes it fast again.
     *
     * @param log for what {@code tc} says
     * @throws IOException if there is no such namespace, or no {@code tc}; the message is for the user
     */
    public static PrivateNetwork open(ChildProcesses children, Path log) throws IOException, InterruptedException {
        if (!"private".equals(System.getenv(VARIABLE))) {
            throw new IOException("slow links need a network namespace of their own, and this machine does not let"
                    + " bench/run make one (unshare --net)");
        }
        if (!SearchPath.has("tc")) {
            throw new IOException("slow links need tc, which is not installed");
        }
        PrivateNetwork network = new PrivateNetwork(children, log);
        network.tc("qdisc", "add", "dev", DEVICE, "root", "handle", "1:", "htb");
        return network;
    }

    /** Limits a node's traffic, in each direction on its own. */
    public void limit(String host, int megabits) throws IOException, InterruptedException {
        int node = Nodes.HOSTS.indexOf(host);
        limit(OUT + node, megabits, "src", host);
        limit(IN + node, megabits, "dst", host);
    }

    private void limit(int number, int megabits, String end, String host) throws IOException, InterruptedException {
        String classId = "1:" + number;
        tc(
                "class",
                "add",
                "dev",
                DEVICE,
                "parent",
                "1:",
                "classid",
                classId,
                "htb",
                "rate",
                megabits + "mbit",
                "burst",
                "256k",
                "cburst",
                "256k",
                "quantum",
                "60000");
        tc(
                "filter",
                "add",
                "dev",
                DEVICE,
                "parent",
                "1:",
                "protocol",
                "ip",
                "u32",
                "match",
                "ip",
                end,
                host + "/32",
                "flowid",
                classId);
    }

    private void tc(String... arguments) throws IOException, InterruptedException {
        List<String> words = new java.util.ArrayList<>(List.of("tc"));
        words.addAll(List.of(arguments));
        Command command = new Command(words, java.util.Map.of());
        int code = command.run(children, log, log).exitCode();
        if (code != 0) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "%s ended with %d: %s",
                    command,
                    code,
                    Files.readString(log).strip()));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            tc("qdisc", "del", "dev", DEVICE, "root");
        } catch (InterruptedException e) {
            // The namespace ends with this process, and its queueing discipline with it.
            Thread.currentThread().interrupt();
        }
    }
}
