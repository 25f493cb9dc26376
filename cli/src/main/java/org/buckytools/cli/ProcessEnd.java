package org.buckytools.cli;

/**
 * How a process ends that has done what it was to do. {@link System#exit} first looks in every jar for a logger that might be told, which takes some
 * milliseconds; a process whose main thread returns just ends, if no other thread keeps it.
 */
final class ProcessEnd {
    private ProcessEnd() {}

    /** Whether the main thread, which asks, must not just return: it would end with another code, or not at all. */
    static boolean isToBeForced(int code) {
        return code != ExitCode.DONE.code() || isKept();
    }

    /** Whether other threads keep the process alive, such as those of connections that are still open. */
    private static boolean isKept() {
        Thread main = Thread.currentThread();
        ThreadGroup all = main.getThreadGroup();
        while (all.getParent() != null) {
            all = all.getParent();
        }
        // With room for some that begin meanwhile; a full array may lack some.
        Thread[] threads = new Thread[all.activeCount() + 16];
        int count = all.enumerate(threads);
        for (int i = 0; i < count; i++) {
            if (threads[i] != main && !threads[i].isDaemon()) {
                return true;
            }
        }
        return count == threads.length;
    }
}
