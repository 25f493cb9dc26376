package org.buckytools.cli.output;

import static java.util.Objects.requireNonNull;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes; handed in, so that a test can look at it.
 *
 * @param in standard input
 * @param out data, and nothing else. A plain stream, because a print stream would swallow that a disk is full
 * @param err everything said to a person
 */
public record Console(InputStream in, OutputStream out, PrintStream err) {
    public Console {
        requireNonNull(in, "in is null");
        requireNonNull(out, "out is null");
        requireNonNull(err, "err is null");
    }

    /** The process's own streams; {@code out} is buffered and must be flushed at the end. */
    public static Console ofProcess() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new ProcessOutput(),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    }

    /** Writes a text to standard output. */
    public void print(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Standard output for what is written in large pieces; shares its order with {@link #out}. */
    public WritableByteChannel channel() {
        return out instanceof StandardOutput standard ? standard : Channels.newChannel(out);
    }

    /** Says one line to the person at the terminal. */
    public void say(String line) {
        err.println(line);
    }

    /** Says that so many metrics failed as one has that was told, if there are any. */
    public void sayAlike(long metrics) {
        if (metrics > 0) {
            say("bucky: and " + Quantities.count(metrics, "more metric was", "more metrics were")
                    + " refused for the same reason");
        }
    }

    /** Says that something is not as it should be, though the work goes on. */
    public void warn(String what) {
        say("bucky: warning: " + what);
    }
}
