package org.buckytools.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import org.buckytools.cli.transfer.Interrupts;
import org.jline.utils.Signals;

/** Ctrl-C and SIGTERM: the first lets what is in flight end, the second ends the process at once. */
final class SignalInterrupts implements Interrupts {
    /** A signal that ends nothing; the library makes the class of its handlers when it is given the first one. */
    private static final String HARMLESS = "CONT";

    @Override
    public void prepare() {
        Thread.ofPlatform().daemon().name("signals").start(() -> {
            Object none = Signals.register(HARMLESS, () -> {});
            Signals.unregister(HARMLESS, none);
        });
    }

    @Override
    public Registration onInterrupt(Runnable stop) {
        AtomicBoolean isStopping = new AtomicBoolean();
        Runnable handler = () -> {
            if (isStopping.getAndSet(true)) {
                // Not exit: whoever asks twice does not want to wait for anything.
                Runtime.getRuntime().halt(ExitCode.INTERRUPTED.code());
            }
            stop.run();
        };
        Object interrupt = Signals.register("INT", handler);
        Object terminate = Signals.register("TERM", handler);
        return () -> {
            Signals.unregister("INT", interrupt);
            Signals.unregister("TERM", terminate);
        };
    }
}
