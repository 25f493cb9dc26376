package org.buckytools.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The process's own standard output, buffered. For one thread at a time. */
final class ProcessOutput extends StandardOutput {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Path PROC = Path.of("/proc/self");
    private static final int ACCESS_MODE = 3;
    private static final int APPEND = 02000;

    /** Writable, but of what kind nobody says. */
    private static final int UNKNOWN = 1 | APPEND;

    private final FileChannel channel;
    private final Path proc;
    private Optional<Boolean> isSkippable = Optional.empty();

    /** An array, since output is written a few bytes at a time: each call on a buffer costs more than those bytes. */
    private byte[] buffer = {};

    private int used;

    ProcessOutput() {
        this(new FileOutputStream(FileDescriptor.out).getChannel(), PROC);
    }

    /** {@code proc} has what the system says of the process whose standard output is {@code channel}. */
    ProcessOutput(FileChannel channel, Path proc) {
        this.channel = channel;
        this.proc = proc;
    }

    @Override
    public void write(int b) throws IOException {
        if (used == buffer.length) {
            makeRoom();
        }
        buffer[used++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > buffer.length - used) {
            int some = buffer.length - used;
            System.arraycopy(bytes, from, buffer, used, some);
            used += some;
            from += some;
            left -= some;
            makeRoom();
        }
        System.arraycopy(bytes, from, buffer, used, left);
        used += left;
    }

    private void makeRoom() throws IOException {
        if (buffer.length == 0) {
            buffer = new byte[BUFFER_BYTES];
        } else {
            flush();
        }
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        flush();
        int length = bytes.remaining();
        writeAll(bytes);
        return length;
    }

    @Override
    public void zeros(long count) throws IOException {
        flush();
        if (canSkip() && channel.position() >= channel.size()) {
            channel.position(channel.position() + count);
        } else {
            super.zeros(count);
        }
    }

    /** Whether it is a file of which anything can be left out; what is appended to goes to the end wherever one stands. */
    private boolean canSkip() {
        if (isSkippable.isEmpty()) {
            isSkippable = Optional.of(Files.isRegularFile(proc.resolve("fd/1")) && (flags() & APPEND) == 0);
        }
        return isSkippable.get();
    }

    @Override
    public void flush() throws IOException {
        if (used > 0) {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, used);
            // What could not be written is not tried again: after an error the output is broken.
            used = 0;
            writeAll(bytes);
        }
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        flush();
        channel.close();
    }

    @Override
    public boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(proc.resolve("fd/1")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false; // closed, or no Linux
        }
    }

    @Override
    public boolean isWritable() {
        if (!Files.exists(proc)) {
            return true; // nobody to ask, so the first write will tell
        }
        return (flags() & ACCESS_MODE) != 0;
    }

    /** How it was opened; not for writing if that cannot be told. */
    private int flags() {
        try {
            for (String line : Files.readAllLines(proc.resolve("fdinfo/1"))) {
                if (line.startsWith("flags:")) {
                    return Integer.parseInt(line.substring("flags:".length()).strip(), 8);
                }
            }
            return UNKNOWN;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
