package org.buckytools.cli.testing;

import java.util.function.Supplier;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.Progress;
import org.buckytools.cli.output.ProgressView;

/** Shows nothing but what is said, without the time of day. */
public final class PlainProgress implements ProgressView {
    private final Console console;

    /** Says it there. */
    public PlainProgress(Console console) {
        this.console = console;
    }

    @Override
    public void update(Supplier<Progress> progress) {}

    @Override
    public void say(String line) {
        console.say(line);
    }

    @Override
    public void close() {}
}
