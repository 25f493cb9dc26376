package org.buckytools.bench.process;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program with its arguments.
 *
 * @param environment added to this process's own
 */
public record Command(List<String> words, Map<String, String> environment) {
    private static final Path NOTHING = Path.of("/dev/null");

    /** How often the memory of a running process is looked at: it cannot be asked any more once it has ended. */
    private static final long LOOK_MILLIS = 10;

    public Command {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    /** A program without an environment of its own. */
    public static Command of(String... words) {
        return new Command(List.of(words), Map.of());
    }

    /**
     * What a finished process took.
     *
     * @param seconds from before it was started until its end was known
     * @param cpu with that of its own children that have ended
     */
    public record Finished(int exitCode, double seconds, CpuTime cpu, long peakBytes) {
        /** The same as a part of a run. */
        public ProcessUsage as(String role) {
            return new ProcessUsage(role, cpu, peakBytes);
        }
    }

    /**
     * Runs the program to its end. Nothing else that this process started may end meanwhile, since its processor time would be
     * counted here.
     *
     * @param out gets its standard output, {@code error} its standard error
     */
    public Finished run(ChildProcesses children, Path out, Path error) throws IOException, InterruptedException {
        requireNonNull(out, "out is null");
        CpuTime before = CpuTime.ofEndedChildren();
        long began = System.nanoTime();
        Process process = start(children, out, error);
        long peak = 0;
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                peak = Math.max(peak, ProcStatus.of(process.pid()).peakBytes());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Finished(
                process.exitValue(), seconds, CpuTime.ofEndedChildren().minus(before), peak);
    }

    /** As {@link #run(ChildProcesses, Path, Path)} without looking at its output. */
    public Finished run(ChildProcesses children) throws IOException, InterruptedException {
        return run(children, NOTHING, NOTHING);
    }

    /** Starts it and returns at once. */
    Process start(ChildProcesses children, Path out, Path error) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectInput(NOTHING.toFile()).redirectOutput(out.toFile());
        if (out.equals(error) && !out.equals(NOTHING)) {
            builder.redirectErrorStream(true);
        } else {
            builder.redirectError(error.toFile());
        }
        builder.environment().putAll(environment);
        return children.start(builder);
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
