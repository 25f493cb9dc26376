package org.buckytools.cli.transfer;

/** How a person stops what is running. */
@FunctionalInterface
public interface Interrupts {
    /** Calls {@code stop}, on any thread, when the person wants to stop; closing the registration ends that. */
    Registration onInterrupt(Runnable stop);

    /** Begins, on another thread, what the first call of {@link #onInterrupt} would take time for; changes nothing else. */
    default void prepare() {}

    /** A wish to be told. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
