package org.buckytools.bench.scenario;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.buckytools.bench.data.Nodes;
import org.buckytools.bench.data.WrongResultException;
import org.buckytools.bench.lean.LeanMove;
import org.buckytools.bench.process.ChildProcesses;
import org.buckytools.bench.process.Command;
import org.buckytools.bench.process.CpuTime;
import org.buckytools.bench.process.Daemons;
import org.buckytools.bench.process.Machine;
import org.buckytools.bench.process.PrivateNetwork;
import org.buckytools.bench.process.ProcessUsage;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Comparison;
import org.buckytools.bench.result.Measurement;
import org.buckytools.bench.result.Row;

/** What scenarios work with: folders, processes, the order of runs, and the place where results go. */
public final class Lab {
    private static final int SHOWN_LOG_LINES = 5;
    private static final double HEADROOM = 1.15;
    private static final int TOUCH_BYTES = 1 << 20;

    private final Settings settings;
    private final ChildProcesses children;
    private final Path folder;
    private final PrintWriter progress;
    private final Consumer<Comparison> results;
    private String scenario = "";
    private int runFolders;
    private long touched;

    /**
     * A lab.
     *
     * @param folder for all data; it exists, and is the caller's to remove
     * @param progress where is said what goes on
     * @param results gets each comparison as soon as it is done
     */
    public Lab(
            Settings settings,
            ChildProcesses children,
            Path folder,
            PrintWriter progress,
            Consumer<Comparison> results) {
        this.settings = settings;
        this.children = children;
        this.folder = folder;
        this.progress = progress;
        this.results = results;
    }

    /** Runs a scenario. */
    public void run(Scenario next) throws IOException, InterruptedException {
        scenario = next.name();
        next.run(this);
    }

    List<Programs> programs() {
        return settings.programs();
    }

    ChildProcesses children() {
        return children;
    }

    /** A number of files or names, made smaller or larger as the user wanted it, and at least 1. */
    int scaled(int count) {
        return (int) Math.max(1, Math.round(count * settings.scale()));
    }

    void say(String text) {
        progress.println("  " + text);
        progress.flush();
    }

    /**
     * Makes sure that the data have room. On a file system in memory the pages are also touched once, since the first use of
     * memory can cost more than its second, which would be to the disadvantage of whoever comes first.
     *
     * @param bytes the most that lies there at one time
     * @param inodes files and folders
     */
    void needRoom(long bytes, long inodes) throws IOException, InterruptedException {
        long wanted = (long) (bytes * HEADROOM);
        FileStore store = Files.getFileStore(folder);
        boolean inMemory = "tmpfs".equals(store.type());
        long free = store.getUsableSpace();
        if (inMemory) {
            free = Math.min(free, Machine.availableMemory());
        }
        if (free < wanted) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "%s has room for %.1f GB, and %.1f GB are needed; use --dir or a smaller --scale",
                    folder,
                    free / 1e9,
                    wanted / 1e9));
        }
        long freeInodes = freeInodes();
        if (freeInodes > 0 && freeInodes < inodes) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "%s has room for %,d files, and %,d are needed; use --dir or a smaller --scale",
                    folder,
                    freeInodes,
                    inodes));
        }
        if (inMemory && touched < bytes) {
            touch(bytes);
            touched = bytes;
        }
    }

    /** 0 where the file system has no such limit. */
    private long freeInodes() throws IOException, InterruptedException {
        Path answer = folder.resolve("inodes");
        Command.of("stat", "-f", "-c", "%d", folder.toString()).run(children, answer, answer);
        String text = Files.readString(answer).strip();
        Files.delete(answer);
        return text.chars().allMatch(Character::isDigit) && !text.isEmpty() ? Long.parseLong(text) : 0;
    }

    private void touch(long bytes) throws IOException {
        Path file = folder.resolve("touch");
        ByteBuffer buffer = ByteBuffer.allocateDirect(TOUCH_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long done = 0; done < bytes; done += buffer.capacity()) {
                channel.write(buffer.clear());
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** A new folder for one run, or for the data of a whole scenario. */
    RunFolder newFolder() throws IOException {
        return new RunFolder(folder.resolve("run-" + runFolders++));
    }

    /** Contenders that do with each of the programs, ours and peers', what {@code trial} does. */
    List<Contender> contenders(ProgramTrial trial) {
        List<Contender> contenders = new ArrayList<>();
        for (Programs each : programs()) {
            contenders.add(Contender.of(each, () -> trial.run(each)));
        }
        return contenders;
    }

    /** What programs do in one run. */
    interface ProgramTrial {
        Measurement run(Programs programs) throws IOException, InterruptedException;
    }

    /** Contenders from public tools, none if the user wants none. */
    List<Contender> limits(Contender... tools) {
        return settings.limits() ? List.of(tools) : List.of();
    }

    /** Compares contenders in as many rounds as the user wants. */
    void compare(String title, List<Contender> contenders) throws InterruptedException {
        compare(title, settings.runs(), contenders);
    }

    /** Compares contenders in as many rounds as the user wants, times {@code factor}: for work that takes moments. */
    void compareBriefWork(String title, int factor, List<Contender> contenders) throws InterruptedException {
        compare(title, settings.runs() * factor, contenders);
    }

    /** Every round begins with another contender, so that nobody always has the same predecessor. */
    private void compare(String title, int rounds, List<Contender> contenders) throws InterruptedException {
        List<Row> rows = new ArrayList<>();
        for (Contender contender : contenders) {
            rows.add(new Row(contender.name(), contender.kind()));
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < contenders.size(); i++) {
                int next = (i + round) % contenders.size();
                run(contenders.get(next), rows.get(next));
            }
        }
        results.accept(new Comparison(scenario, title, rows));
    }

    private void run(Contender contender, Row row) throws InterruptedException {
        try {
            Measurement measured = contender.trial().run();
            row.add(measured);
            say(String.format(Locale.ROOT, "%-10s %-30s %.3f s", scenario, contender.name(), measured.seconds()));
        } catch (IOException e) {
            if (Thread.interrupted()) {
                InterruptedException interrupted = new InterruptedException(e.getMessage());
                interrupted.initCause(e);
                throw interrupted;
            }
            row.addFailure(e instanceof WrongResultException ? e.getMessage() : e.toString());
            say(String.format(Locale.ROOT, "%-10s %-30s does not count: %s", scenario, contender.name(), e));
        }
    }

    /** Starts daemons on stores, for one run. */
    Daemons startDaemons(Programs programs, List<Path> stores, RunFolder run) throws IOException {
        Map<String, Map<String, String>> environment = new HashMap<>();
        if (programs.isOurs() && settings.profile().isPresent()) {
            for (String host : Nodes.HOSTS) {
                environment.put(host, recording("BUCKYD_JAVA_OPTS", "daemon-" + host));
            }
        }
        return Daemons.start(children, programs, stores, run.path(), environment);
    }

    /** The client's part of a run, for which its own recording is made if the user wants one. */
    Programs client(Programs programs) {
        return programs.isOurs() && settings.profile().isPresent()
                ? programs.with(recording("BUCKY_JAVA_OPTS", "client"))
                : programs;
    }

    /**
     * Records where processor time goes, in native code and in the kernel too. The recording is written by the process at its
     * end, or, since daemons do not take their time then, by {@link Daemons#dumpRecordings}.
     */
    private Map<String, String> recording(String variable, String process) {
        String before = System.getenv().getOrDefault(variable, "");
        return Map.of(
                variable,
                before
                        + " -XX:StartFlightRecording=settings=profile,jdk.CPUTimeSample#enabled=true,dumponexit=true,filename="
                        + recordingFile(process) + " -XX:FlightRecorderOptions=stackdepth=128,repository="
                        + folder.resolve("recordings"));
    }

    private Path recordingFile(String process) {
        return settings.profile().orElseThrow().resolve(scenario + "-" + runFolders + "-" + process + ".jfr");
    }

    /**
     * The loopback interface, to be made slow.
     *
     * @throws IOException where that cannot be done; the message says why
     */
    PrivateNetwork privateNetwork() throws IOException, InterruptedException {
        return PrivateNetwork.open(children, folder.resolve("network.log"));
    }

    /**
     * How much work a run is.
     *
     * @param metrics 0 where there is no such number
     * @param bytes 0 where there is no such number
     */
    record Work(long metrics, long bytes) {
        static final Work UNCOUNTED = new Work(0, 0);
    }

    /**
     * Runs a client against daemons and measures all of them.
     *
     * @param out gets its standard output
     * @throws WrongResultException if it does not end with 0
     */
    Measurement measure(Daemons daemons, Command client, Path out, RunFolder run, Work work)
            throws IOException, InterruptedException {
        return measure(daemons, client, out, run, work, code -> code == 0);
    }

    /** As the other one, where other exit codes are fine too. */
    Measurement measure(Daemons daemons, Command client, Path out, RunFolder run, Work work, IntPredicate acceptable)
            throws IOException, InterruptedException {
        Path log = run.clientLog();
        double busy = Machine.busySeconds();
        long wire = Machine.loopbackBytes();
        daemons.mark();
        Command.Finished finished = client.run(children, out, log);
        List<ProcessUsage> usages = new ArrayList<>(List.of(finished.as("client")));
        usages.addAll(daemons.usage());
        if (daemons.areOurs() && settings.profile().isPresent()) {
            daemons.dumpRecordings(children, host -> recordingFile("daemon-" + host));
        }
        wire = Machine.loopbackBytes() - wire;
        busy = Machine.busySeconds() - busy;
        require(acceptable, client, finished, log);
        return measurement(finished, usages, wire, busy, work);
    }

    /** Runs a program that needs no daemons. */
    Measurement measure(Command tool, Path out, RunFolder run, Work work) throws IOException, InterruptedException {
        Path log = run.file("tool.log");
        double busy = Machine.busySeconds();
        Command.Finished finished = tool.run(children, out, log);
        busy = Machine.busySeconds() - busy;
        require(code -> code == 0, tool, finished, log);
        return measurement(finished, List.of(finished.as("process")), 0, busy, work);
    }

    /** What is done in this process. */
    interface OwnWork {
        LeanMove.Took run() throws IOException, InterruptedException;
    }

    /** Runs something in this process, of which the memory does not count. */
    Measurement measureHere(OwnWork own, Work work) throws IOException, InterruptedException {
        double busy = Machine.busySeconds();
        long wire = Machine.loopbackBytes();
        LeanMove.Took took = own.run();
        wire = Machine.loopbackBytes() - wire;
        busy = Machine.busySeconds() - busy;
        return new Measurement(
                took.seconds(),
                work.metrics(),
                work.bytes(),
                List.of(new ProcessUsage("threads", took.cpu(), 0)),
                wire,
                Math.max(0, busy - took.cpu().total()),
                List.of());
    }

    private static Measurement measurement(
            Command.Finished finished, List<ProcessUsage> usages, long wire, double busy, Work work) {
        double own = usages.stream()
                .map(ProcessUsage::cpu)
                .mapToDouble(CpuTime::total)
                .sum();
        return new Measurement(
                finished.seconds(), work.metrics(), work.bytes(), usages, wire, Math.max(0, busy - own), List.of());
    }

    private static void require(IntPredicate acceptable, Command command, Command.Finished finished, Path log)
            throws IOException {
        if (!acceptable.test(finished.exitCode())) {
            List<String> lines = Files.exists(log) ? Files.readAllLines(log, StandardCharsets.ISO_8859_1) : List.of();
            throw new WrongResultException(command + " ended with " + finished.exitCode() + ": "
                    + String.join(" / ", lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size())));
        }
    }
}
