package org.buckytools.cli.files;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Notices that the process is to end, by Ctrl-C or a signal, and keeps it until the file in hand is finished. The process
 * then ends with 128 and the signal's number, 130 after Ctrl-C.
 */
public final class Interruption implements AutoCloseable {
    private static final long LONGEST_WAIT_SECONDS = 60;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::await, "interruption");
    private final Runnable announcement;
    private volatile boolean requested;

    /** {@code announcement} tells the user that the end is near; called from another thread. */
    public Interruption(Runnable announcement) {
        this.announcement = announcement;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void await() {
        requested = true;
        announcement.run();
        try {
            // However long it takes, the user does not wait for ever.
            boolean _ = finished.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether to begin nothing more. */
    public boolean isRequested() {
        return requested;
    }

    /** Lets the process end; everything that is to be written has been. */
    @Override
    public void close() {
        finished.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // It began this very moment, and does not wait any more.
                requested = true;
            }
        }
    }
}
