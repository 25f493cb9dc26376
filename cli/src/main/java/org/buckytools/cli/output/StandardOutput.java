package org.buckytools.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Standard output both as a stream, for texts, and as a channel, for what is too much to be copied. Bytes come out in the order in
 * which they were written, whichever way.
 */
public abstract class StandardOutput extends OutputStream implements WritableByteChannel {
    private static final int ZEROS_AT_ONCE = 64 * 1024;

    /** Writes so many zeros, or leaves them out where they will be read all the same: in a file that ends where they begin. */
    public void zeros(long count) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(count, ZEROS_AT_ONCE));
        for (long left = count; left > 0; left -= zeros.limit()) {
            zeros.clear().limit((int) Math.min(left, zeros.capacity()));
            while (zeros.hasRemaining()) {
                write(zeros);
            }
        }
    }

    /** Whether a person looks at it. */
    public abstract boolean isTerminal();

    /**
     * Whether somebody can get what is written. To be asked before anything is opened: where a process was started without standard
     * output, its number is given to the next file or connection.
     */
    public abstract boolean isWritable();
}
