package org.buckytools.bench.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.buckytools.bench.data.Nodes;

/** The daemons of a run, one a node of {@link Nodes}, each a process of its own. */
public final class Daemons implements AutoCloseable {
    private static final int PORT_TRIES = 20;
    private static final long POLL_MILLIS = 5;

    /** How long daemons that are at rest must have had next to nothing to do, all together; the kernel counts in hundredths. */
    private static final long REST_MILLIS = 2500;

    private static final double MAX_CPU_AT_REST = 0.05;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int SHOWN_LOG_LINES = 10;
    private static final int OK = 200;

    private final Programs programs;
    private final int port;
    private final List<Daemon> daemons = new ArrayList<>();
    private List<CpuTime> cpuBefore = List.of();

    private record Daemon(String host, Process process, Path log) {}

    private Daemons(Programs programs, int port) {
        this.programs = programs;
        this.port = port;
    }

    /**
     * Starts the daemons, without waiting for them.
     *
     * @param stores a folder for each node, in their order
     * @param run a new folder for logs and temporary files
     * @param environment of the daemons, by host
     */
    public static Daemons start(
            ChildProcesses children,
            Programs programs,
            List<Path> stores,
            Path run,
            Map<String, Map<String, String>> environment)
            throws IOException {
        Daemons all = new Daemons(programs, freePort());
        try {
            for (int i = 0; i < stores.size(); i++) {
                String host = Nodes.HOSTS.get(i);
                Path log = run.resolve("buckyd-" + host + ".log");
                Path temporary = Files.createDirectories(run.resolve("tmp-" + host));
                Command command = programs.with(environment.getOrDefault(host, Map.of()))
                        .program("buckyd", run, all.arguments(host, stores.get(i), temporary));
                all.daemons.add(new Daemon(host, command.start(children, log, log), log));
            }
        } catch (IOException e) {
            all.close();
            throw e;
        }
        return all;
    }

    private List<String> arguments(String host, Path store, Path temporary) {
        List<String> words = new ArrayList<>(List.of(
                "-node",
                host,
                "-b",
                host + ":" + port,
                "-prefix",
                store.toString(),
                "-tmpdir",
                temporary.toString(),
                "-hash",
                Nodes.RING.type().wireName(),
                "-sparse"));
        Nodes.RING.members().forEach(member -> words.add(member.toString()));
        return words;
    }

    /** Where the client is to ask first. */
    public String first() {
        return Nodes.HOSTS.getFirst() + ":" + port;
    }

    /** Waits until all of them say what ring they are in. */
    public void awaitAnswers() throws IOException, InterruptedException {
        await("/hashring");
    }

    /** Waits until all of them know their metrics, and then until what they do by themselves after a start is done. */
    public void awaitRest() throws IOException, InterruptedException {
        // No metric is called this: what is waited for is that the answer is no longer 202, not the names.
        await("/metrics?regex=%5E-none-%24");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        double before;
        double now = cpuSeconds();
        do {
            if (System.nanoTime() > deadline) {
                throw new IOException("the daemons of " + programs + " do not come to rest");
            }
            Thread.sleep(REST_MILLIS);
            before = now;
            now = cpuSeconds();
        } while (now - before > MAX_CPU_AT_REST);
    }

    private double cpuSeconds() throws IOException {
        double sum = 0;
        for (Daemon daemon : daemons) {
            sum += CpuTime.ofProcess(daemon.process.pid()).total();
        }
        return sum;
    }

    private void await(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build()) {
            for (Daemon daemon : daemons) {
                await(client, daemon, path);
            }
        }
    }

    private void await(HttpClient client, Daemon daemon, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + daemon.host + ":" + port + path))
                .timeout(PATIENCE)
                .build();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String last = "nothing";
        while (System.nanoTime() < deadline) {
            try {
                int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status == OK) {
                    return;
                }
                last = "status " + status;
            } catch (IOException e) {
                last = e.toString();
            }
            if (daemon.process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("buckyd of " + programs + " on " + daemon.host + " ended with "
                        + daemon.process.exitValue() + logTail(daemon));
            }
        }
        throw new IOException("buckyd of " + programs + " on " + daemon.host + " does not answer " + path + ", but "
                + last + logTail(daemon));
    }

    /** Begins a measurement: what the daemons have used until now does not count. */
    public void mark() throws IOException {
        List<CpuTime> now = new ArrayList<>();
        for (Daemon daemon : daemons) {
            now.add(CpuTime.ofProcess(daemon.process.pid()));
        }
        cpuBefore = now;
    }

    /** Begins a measurement that includes the daemons' own start. */
    public void markStart() {
        cpuBefore = daemons.stream().map(daemon -> CpuTime.NONE).toList();
    }

    /** What the daemons have used since {@link #mark}, with their peak memory since they began. */
    public List<ProcessUsage> usage() throws IOException {
        List<ProcessUsage> usages = new ArrayList<>();
        for (int i = 0; i < daemons.size(); i++) {
            Daemon daemon = daemons.get(i);
            long pid = daemon.process.pid();
            usages.add(new ProcessUsage(
                    "daemon " + daemon.host,
                    CpuTime.ofProcess(pid).minus(cpuBefore.get(i)),
                    ProcStatus.of(pid).peakBytes()));
        }
        return usages;
    }

    /** Whether these are daemons of this project. */
    public boolean areOurs() {
        return programs.isOurs();
    }

    /**
     * Has each daemon write its flight recording, which it was started with.
     *
     * @param fileOf gives the file for a host
     */
    public void dumpRecordings(ChildProcesses children, Function<String, Path> fileOf)
            throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        for (Daemon daemon : daemons) {
            Path file = fileOf.apply(daemon.host);
            Files.writeString(ThreadTimes.besides(file), ThreadTimes.of(daemon.process.pid()));
            Command command =
                    Command.of(jcmd.toString(), Long.toString(daemon.process.pid()), "JFR.dump", "filename=" + file);
            int code = command.run(children).exitCode();
            if (code != 0) {
                throw new IOException(command + " ended with " + code);
            }
        }
    }

    /** What the first one has in memory now, in bytes. */
    public long residentBytesOfFirst() {
        return ProcStatus.of(daemons.getFirst().process.pid()).residentBytes();
    }

    /** Stops all of them at once, and waits; when interrupted, kills them. */
    @Override
    public void close() {
        daemons.forEach(daemon -> daemon.process.destroy());
        for (Daemon daemon : daemons) {
            ChildProcesses.stop(daemon.process);
        }
    }

    private static String logTail(Daemon daemon) throws IOException {
        List<String> lines = Files.readAllLines(daemon.log, StandardCharsets.UTF_8);
        List<String> last = lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size());
        return last.isEmpty() ? "" : "; it said:\n    " + String.join("\n    ", last);
    }

    /** A port that is free on all addresses now. Somebody may take it before the daemons do; they then say so. */
    private static int freePort() throws IOException {
        IOException last = null;
        for (int i = 0; i < PORT_TRIES; i++) {
            List<ServerSocket> bound = new ArrayList<>();
            try {
                int candidate = 0;
                for (String host : Nodes.HOSTS) {
                    ServerSocket socket = new ServerSocket();
                    bound.add(socket);
                    socket.bind(new InetSocketAddress(InetAddress.getByName(host), candidate));
                    candidate = socket.getLocalPort();
                }
                return candidate;
            } catch (IOException e) {
                last = e;
            } finally {
                for (ServerSocket socket : bound) {
                    socket.close();
                }
            }
        }
        throw new IOException("no port is free on all of " + String.join(", ", Nodes.HOSTS), last);
    }
}
