package org.buckytools.cli.demo;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentUnreachableException;

/** A {@code buckyd} that runs as a process of its own. Closing it stops it, orderly if it can be. */
public final class DaemonProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 20;
    private static final int SHOWN_LOG_LINES = 10;

    private final DaemonAddress address;
    private final Path log;
    private final Process process;

    private DaemonProcess(DaemonAddress address, Path log, Process process) {
        this.address = address;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a daemon without waiting for it.
     *
     * @param program the command to which options and members are added
     * @param address where it is to listen; its host is also its node name
     * @param arguments options and ring members
     * @param log gets all that it prints
     */
    public static DaemonProcess start(List<String> program, DaemonAddress address, List<String> arguments, Path log)
            throws IOException {
        List<String> command = new ArrayList<>(program);
        command.add("--bind=" + address);
        command.add("--node=" + address.host());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        return new DaemonProcess(address, log, process);
    }

    /** Where it listens. */
    public DaemonAddress address() {
        return address;
    }

    /** For signals other than {@link #close()} sends. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /**
     * Waits until it answers.
     *
     * @throws IOException if it ends before, or does not answer in time; the message has the end of its log
     */
    public void awaitAnswer(AgentClient client) throws IOException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (true) {
            try {
                client.ring();
                return;
            } catch (AgentUnreachableException e) {
                if (!process.isAlive()) {
                    throw new IOException("buckyd on " + address + " ended with " + process.exitValue() + logTail(), e);
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException("buckyd on " + address + " does not answer" + logTail(), e);
                }
            }
            try {
                process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private String logTail() throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        List<String> last = lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size());
        return last.isEmpty() ? "" : "; it said:\n    " + String.join("\n    ", last);
    }

    /** Asks it to stop, waits, and kills it if it does not. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw interrupted(e);
        }
    }

    private InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException e = new InterruptedIOException("interrupted while waiting for buckyd on " + address);
        e.initCause(cause);
        return e;
    }
}
