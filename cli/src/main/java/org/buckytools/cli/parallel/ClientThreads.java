package org.buckytools.cli.parallel;

import java.util.concurrent.ThreadFactory;

/**
 * Threads that talk to daemons. They are the system's, since there are few of them and a JVM that has polled connections for
 * virtual threads takes 0.3 s longer to end.
 */
public final class ClientThreads {
    private ClientThreads() {}

    /** Threads that do not keep the program from ending, named {@code name} and a number. */
    public static ThreadFactory named(String name) {
        return Thread.ofPlatform().name(name + "-", 0).daemon().factory();
    }
}
