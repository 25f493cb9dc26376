package org.buckytools.cli.output;

import java.util.function.Supplier;

/** Shows how far a move is, to a person. Used by one thread. */
public interface ProgressView extends AutoCloseable {
    /** Called often; decides by itself when it is time to show something. {@code progress} is asked for only then. */
    void update(Supplier<Progress> progress);

    /** Says a line without getting in the way of what is shown. */
    void say(String line);

    /** Ends it, with what was shown last cleared away. */
    @Override
    void close();
}
