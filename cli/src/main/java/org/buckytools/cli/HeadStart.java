package org.buckytools.cli;

import org.buckytools.protocol.client.HttpAgentClients;

/**
 * Work that a second thread begins before it is known to be needed, while the first one looks at the arguments: a command that asks
 * one daemon one thing takes little longer than loading what it asks with.
 */
final class HeadStart {
    private final Thread thread;

    private HeadStart(Thread thread) {
        this.thread = thread;
    }

    /** Of what asks daemons. */
    static HeadStart ofClients() {
        return begin(HttpAgentClients::prepare);
    }

    /** Begins {@code preparation}, which nothing but later work's speed may depend on; the process does not wait for its end. */
    static HeadStart begin(Runnable preparation) {
        return new HeadStart(Thread.ofPlatform().daemon().name("head-start").start(preparation));
    }

    /** None. */
    static HeadStart none() {
        return new HeadStart(null);
    }

    /**
     * Waits for the end of it. So two threads never initialise the same classes from different ends, which can lock both up. An
     * interrupt ends the wait, and is left for what comes next to see.
     */
    void await() {
        if (thread == null) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
