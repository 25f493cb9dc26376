package org.buckytools.cli.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.buckytools.cli.transfer.Interrupts;

/** Stops what is running when a test says so. */
public final class ManualInterrupts implements Interrupts {
    private final List<Runnable> registered = new CopyOnWriteArrayList<>();

    @Override
    public Registration onInterrupt(Runnable stop) {
        registered.add(stop);
        return () -> registered.remove(stop);
    }

    /** As Ctrl-C does. */
    public void interrupt() {
        registered.forEach(Runnable::run);
    }

    /** Whether nobody wants to be told any more. */
    public boolean isUnused() {
        return registered.isEmpty();
    }
}
