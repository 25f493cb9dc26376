package org.buckytools.cli.parallel;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that talk to daemons. They are the system's, since there are few of them and a JVM that has polled connections for
 * virtual threads takes 0.3 s longer to end.
 */
public final class ClientThreads {
    private ClientThreads() {}

    /** Threads that do not keep the program from ending, named {@code name} and a number. */
    public static ThreadFactory named(String name) {
        // The JDK's own factory counts by a method handle, which takes milliseconds to make.
        AtomicInteger made = new AtomicInteger();
        return task -> Thread.ofPlatform()
                .name(name + "-" + made.getAndIncrement())
                .daemon()
                .unstarted(task);
    }
}
