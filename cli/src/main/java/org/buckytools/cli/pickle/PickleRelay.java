package org.buckytools.cli.pickle;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A running relay: a thread that accepts connections, one for each connection, one that writes to the relay, one that reports.
 * Only what is in the queue and on its way to the relay is shared between them.
 */
final class PickleRelay {
    private static final int BACKLOG = 256;
    private static final Duration AFTER_FAILED_ACCEPT = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    /** While stopping: how long messages that keep coming are still taken. */
    private static final Duration LAST_MESSAGES = Duration.ofSeconds(1);

    private final RelaySettings settings;
    private final RelayLog log;
    private final RelayCounters counters = new RelayCounters();
    private final BatchQueue queue;
    private final ServerSocket server;
    private final Map<PickleConnection, Thread> connections = new ConcurrentHashMap<>();
    private final PickleConnection.Budget budget;
    private final RelayReport report;
    private final RelaySender sender;
    private final Thread senderThread;
    private final Thread acceptThread;
    private final Thread reportThread;
    private volatile boolean stopping;

    private PickleRelay(RelaySettings settings, RelayLog log, InstantSource clock) throws IOException {
        this.settings = settings;
        this.log = log;
        this.queue = new BatchQueue(settings.queueBatches(), settings.queueBytes());
        this.budget = new PickleConnection.Budget(settings);
        this.report = new RelayReport(settings.prefix(), counters, queue, clock);
        this.server = new ServerSocket();
        this.sender = new RelaySender(settings, queue, counters, log);
        this.senderThread = Thread.ofPlatform().name("relay").unstarted(sender);
        this.acceptThread = Thread.ofPlatform().name("accept").unstarted(this::accept);
        this.reportThread = Thread.ofVirtual().name("report").unstarted(this::report);
    }

    /** Listens and begins to work. Fails where it cannot listen; a relay that is not there yet is waited for. */
    static PickleRelay start(RelaySettings settings, RelayLog log, InstantSource clock) throws IOException {
        PickleRelay relay = new PickleRelay(settings, log, clock);
        relay.server.bind(settings.bind(), BACKLOG);
        relay.senderThread.start();
        relay.acceptThread.start();
        if (!settings.reportInterval().isZero()) {
            relay.reportThread.start();
        }
        return relay;
    }

    /** Where it listens. */
    int port() {
        return server.getLocalPort();
    }

    RelayCounters counters() {
        return counters;
    }

    private void accept() {
        while (!stopping) {
            try {
                serve(server.accept());
            } catch (IOException e) {
                if (!stopping) {
                    log.say("cannot accept a connection: " + e.getMessage());
                    // Mostly there are too many files open, and the next attempt would fail at once.
                    sleepQuietly(AFTER_FAILED_ACCEPT);
                }
            }
        }
    }

    private void serve(Socket socket) {
        PickleConnection connection = new PickleConnection(socket, settings, budget, queue, counters, log);
        Thread thread = Thread.ofVirtual().unstarted(() -> {
            try {
                connection.run();
            } finally {
                connections.remove(connection);
            }
        });
        connections.put(connection, thread);
        thread.start();
    }

    private static void sleepQuietly(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report() {
        try {
            boolean open = true;
            while (open) {
                Thread.sleep(settings.reportInterval());
                open = queue.put(report.lines());
            }
        } catch (InterruptedException e) {
            log.debug(() -> "no more reports");
        }
    }

    /**
     * Accepts nothing more, takes the messages that have arrived, writes what is queued, and returns how many lines were given
     * up because the relay did not take them within {@link RelaySettings#drain}.
     */
    long stop() throws InterruptedException {
        long begin = System.nanoTime();
        long drain = settings.drain().toNanos();
        stopping = true;
        closeQuietly(server, "the port");
        acceptThread.interrupt();
        acceptThread.join();
        reportThread.interrupt();
        // Senders that wait for room may need most of the time; the end is kept for what is then in the queue.
        drainConnections(begin, drain - drain / 4);
        connections.forEach((connection, thread) -> {
            closeQuietly(connection, "a connection");
            thread.interrupt();
        });
        queue.close();
        sender.stop(begin + drain);
        senderThread.join();
        for (Thread thread : connections.values()) {
            thread.join();
        }
        return counters.lostMetrics.sum();
    }

    private void drainConnections(long begin, long nanos) throws InterruptedException {
        while (!connections.isEmpty() && System.nanoTime() - begin < nanos) {
            boolean late = System.nanoTime() - begin > LAST_MESSAGES.toNanos();
            for (PickleConnection connection : connections.keySet()) {
                try {
                    connection.stop(late);
                } catch (IOException e) {
                    log.debug(() -> "a connection was gone already: " + e.getMessage());
                }
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private void closeQuietly(AutoCloseable what, String name) {
        try {
            what.close();
        } catch (Exception e) {
            log.say("cannot close " + name + ": " + e.getMessage());
        }
    }
}
