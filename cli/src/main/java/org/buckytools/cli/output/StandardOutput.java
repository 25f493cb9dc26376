package org.buckytools.cli.output;

import java.io.OutputStream;
import java.nio.channels.WritableByteChannel;

/**
 * Standard output both as a stream, for texts, and as a channel, for what is too much to be copied. Bytes come out in the order in
 * which they were written, whichever way.
 */
public abstract class StandardOutput extends OutputStream implements WritableByteChannel {
    /** Whether a person looks at it. */
    public abstract boolean isTerminal();

    /**
     * Whether somebody can get what is written. To be asked before anything is opened: where a process was started without standard
     * output, its number is given to the next file or connection.
     */
    public abstract boolean isWritable();
}
