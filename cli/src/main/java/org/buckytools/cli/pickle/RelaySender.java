package org.buckytools.cli.pickle;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Writes batches to the relay, over one connection at a time, on its own thread.
 *
 * <p>Carbon's line protocol has no acknowledgement, so when a connection breaks, what was written last may have been read, or may
 * lie unread on either side. Two things keep that doubt small. The relay's side is watched all the time, so that nothing is
 * written to a connection that is already closed. And how it ends tells something: a system that closes a connection on which
 * data is still unread resets it; an orderly end means that everything that had arrived was read. So after an orderly end only what
 * may have been in our own send buffer is written again; after a reset, or a relay that took nothing for too long, everything that can
 * still lie unread somewhere, as far as it is kept ({@link RelaySettings#resendBytes}). New batches follow those.
 */
final class RelaySender implements Runnable {
    /** Enough for full speed, and no more to be in doubt about than needed. Linux makes it twice as large. */
    private static final int SOCKET_BUFFER_BYTES = 256 * 1024;

    /** What was written longer ago than this had arrived when an orderly end is noticed. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(2);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** A connection that lasted this long was a good one. */
    private static final Duration STEADY = Duration.ofSeconds(1);
    /** How long the relay may take at the end to read and close. */
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private static final Duration REMIND = Duration.ofMinutes(1);

    private final RelaySettings settings;
    private final BatchQueue queue;
    private final RelayCounters counters;
    private final RelayLog log;
    private final Selector selector;
    private final ByteBuffer ignored = ByteBuffer.allocateDirect(1024);

    /** Written, and perhaps not arrived; the oldest first. */
    private final Deque<Outgoing> doubtful = new ArrayDeque<>();

    private long doubtfulBytes;
    /** To be written again, before anything from the queue. */
    private final Deque<Outgoing> again = new ArrayDeque<>();

    private Optional<Outgoing> current = Optional.empty();
    private Duration pause = FIRST_PAUSE;
    private String lastComplaint = "";
    private long lastComplaintAt;
    private volatile boolean stopping;
    private volatile long deadline;

    /** A batch on its way. */
    private static final class Outgoing {
        private final LineBatch batch;
        private ByteBuffer rest;
        private boolean counted;
        private long writtenAt;

        Outgoing(LineBatch batch) {
            this.batch = batch;
            this.rest = ByteBuffer.wrap(batch.bytes());
        }
    }

    /** The relay closed the connection in order. */
    private static final class ClosedByRelayException extends IOException {
        private static final long serialVersionUID = 1;

        ClosedByRelayException() {
            super("closed by the relay");
        }
    }

    RelaySender(RelaySettings settings, BatchQueue queue, RelayCounters counters, RelayLog log) throws IOException {
        this.settings = settings;
        this.queue = queue;
        this.counters = counters;
        this.log = log;
        this.selector = Selector.open();
        queue.onArrival(selector::wakeup);
    }

    /** Lets {@link #run} end when the queue, closed by then, is empty and written, at the latest at this {@code nanoTime}. */
    void stop(long deadlineNanos) {
        deadline = deadlineNanos;
        stopping = true;
        selector.wakeup();
    }

    @Override
    public void run() {
        try (selector) {
            while (!isFinished() && !isOutOfTime()) {
                connectAndWrite();
            }
        } catch (IOException e) {
            log.say("cannot go on sending: " + e.getMessage());
        }
        countLost();
    }

    private boolean isFinished() {
        return stopping && current.isEmpty() && again.isEmpty() && queue.isFinished();
    }

    private boolean isOutOfTime() {
        return stopping && System.nanoTime() - deadline >= 0;
    }

    /** One connection, from its begin to its end. */
    private void connectAndWrite() throws IOException {
        SocketChannel channel;
        try {
            channel = connect();
        } catch (IOException e) {
            complain("cannot connect to " + settings.relay() + ": " + reason(e));
            pause();
            return;
        }
        long begin = System.nanoTime();
        try (channel) {
            log.say("connected to " + settings.relay());
            lastComplaint = "";
            write(channel);
            return;
        } catch (ClosedByRelayException e) {
            int lines = takeBack(ON_ITS_WAY.toNanos(), 2 * SOCKET_BUFFER_BYTES);
            log.say("lost the connection to " + settings.relay() + ": " + reason(e) + repeating(lines));
        } catch (IOException e) {
            int lines = takeBack(Long.MAX_VALUE, Long.MAX_VALUE);
            log.say("lost the connection to " + settings.relay() + ": " + reason(e) + repeating(lines));
        }
        if (System.nanoTime() - begin > STEADY.toNanos()) {
            pause = FIRST_PAUSE;
        }
        pause();
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static String repeating(int lines) {
        return lines == 0 ? "" : "; the last " + lines + " lines are written again";
    }

    /** The same complaint is made once a minute. */
    private void complain(String what) {
        long now = System.nanoTime();
        if (!what.equals(lastComplaint) || now - lastComplaintAt > REMIND.toNanos()) {
            log.say(what + "; trying on");
            lastComplaint = what;
            lastComplaintAt = now;
        }
    }

    private void pause() throws IOException {
        long end = System.nanoTime() + pause.toNanos();
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        for (long left = pauseLeft(end); left > 0 && !isOutOfTime(); left = pauseLeft(end)) {
            select(left);
        }
    }

    private long pauseLeft(long end) {
        return (stopping ? Math.min(end, deadline) : end) - System.nanoTime();
    }

    private void select(long nanos) throws IOException {
        selector.select(Math.max(1, Duration.ofNanos(nanos).plusNanos(999_999).toMillis()));
        selector.selectedKeys().clear();
    }

    private SocketChannel connect() throws IOException {
        IOException failure = new ConnectException("the host has no address");
        for (InetAddress address : settings.relay().resolve()) {
            try {
                return connect(new InetSocketAddress(address, settings.relay().port()));
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private SocketChannel connect(InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open();
        boolean connected = false;
        try {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            connected = channel.connect(address);
            channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT);
            long end = System.nanoTime() + settings.sendTimeout().toNanos();
            while (!connected) {
                long left = pauseLeft(end);
                if (left <= 0) {
                    throw new SocketTimeoutException("no answer");
                }
                select(left);
                connected = channel.finishConnect();
            }
            return channel;
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    }

    /** Writes until all is done, or the time is over. */
    private void write(SocketChannel channel) throws IOException {
        SelectionKey key = channel.keyFor(selector);
        long progressAt = System.nanoTime();
        while (!isOutOfTime()) {
            readAway(channel);
            if (current.isEmpty()) {
                current = next();
                progressAt = System.nanoTime();
            }
            if (current.isEmpty()) {
                if (isFinished()) {
                    farewell(channel, key);
                    return;
                }
                key.interestOps(SelectionKey.OP_READ);
                select(stopping ? deadline - System.nanoTime() : REMIND.toNanos());
                continue;
            }
            Outgoing outgoing = current.get();
            if (writeSome(channel, outgoing) > 0) {
                progressAt = System.nanoTime();
            }
            if (outgoing.rest.hasRemaining()) {
                waitForRoom(channel, key, progressAt);
            } else {
                written(outgoing, progressAt);
            }
        }
    }

    private int writeSome(SocketChannel channel, Outgoing outgoing) throws IOException {
        try {
            return channel.write(outgoing.rest);
        } catch (IOException e) {
            // A reset that follows upon an orderly end is only the answer to this write.
            readAway(channel);
            throw e;
        }
    }

    private Optional<Outgoing> next() {
        Outgoing first = again.pollFirst();
        return first != null
                ? Optional.of(first)
                : queue.poll(PointLines.BATCH_BYTES).map(Outgoing::new);
    }

    private void waitForRoom(SocketChannel channel, SelectionKey key, long progressAt) throws IOException {
        long left = pauseLeft(progressAt + settings.sendTimeout().toNanos());
        if (left > 0) {
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            select(left);
        } else if (!isOutOfTime()) {
            // What lies in the system's buffer is to be thrown away, as it will be written again.
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            throw new SocketTimeoutException(
                    "nothing was taken for " + settings.sendTimeout().toSeconds() + " seconds");
        }
    }

    private void written(Outgoing outgoing, long now) {
        current = Optional.empty();
        (outgoing.counted ? counters.resentMetrics : counters.sentMetrics).add(outgoing.batch.lines());
        outgoing.counted = true;
        outgoing.writtenAt = now;
        doubtful.addLast(outgoing);
        doubtfulBytes += outgoing.batch.length();
        while (!doubtful.isEmpty() && doubtfulBytes - doubtful.getFirst().batch.length() >= settings.resendBytes()) {
            doubtfulBytes -= doubtful.removeFirst().batch.length();
        }
    }

    /**
     * Puts what was begun, and what was written within this time and is within this many of the last bytes, before what is to be
     * written; the rest is known to have arrived. Returns how many lines had been written whole.
     */
    private int takeBack(long nanos, long bytes) {
        current.ifPresent(again::addFirst);
        current = Optional.empty();
        int lines = 0;
        long bytesLeft = bytes;
        long now = System.nanoTime();
        while (bytesLeft > 0 && !doubtful.isEmpty() && now - doubtful.getLast().writtenAt < nanos) {
            Outgoing outgoing = doubtful.removeLast();
            bytesLeft -= outgoing.batch.length();
            lines += outgoing.batch.lines();
            again.addFirst(outgoing);
        }
        doubtful.clear();
        doubtfulBytes = 0;
        for (Outgoing outgoing : again) {
            outgoing.rest.rewind();
        }
        return lines;
    }

    /** Relays say nothing; but this is how the end of the connection is noticed. */
    private void readAway(SocketChannel channel) throws IOException {
        int count;
        do {
            ignored.clear();
            count = channel.read(ignored);
        } while (count > 0);
        if (count < 0) {
            throw new ClosedByRelayException();
        }
    }

    /** Says that nothing more comes, and gives the relay the time to read it all. */
    private void farewell(SocketChannel channel, SelectionKey key) throws IOException {
        channel.shutdownOutput();
        key.interestOps(SelectionKey.OP_READ);
        long end = System.nanoTime() + FAREWELL.toNanos();
        try {
            for (long left = pauseLeft(end); left > 0; left = pauseLeft(end)) {
                select(left);
                readAway(channel);
            }
        } catch (ClosedByRelayException e) {
            log.debug(() -> settings.relay() + " has read everything");
        }
    }

    private void countLost() {
        current.ifPresent(again::addFirst);
        for (Outgoing outgoing : again) {
            if (!outgoing.counted) {
                counters.lostMetrics.add(outgoing.batch.lines());
            }
        }
        queue.close();
        for (Optional<LineBatch> batch = queue.poll(0); batch.isPresent(); batch = queue.poll(0)) {
            counters.lostMetrics.add(batch.get().lines());
        }
    }
}
