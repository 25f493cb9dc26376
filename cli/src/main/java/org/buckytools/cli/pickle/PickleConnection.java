package org.buckytools.cli.pickle;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One sender's connection, on its own virtual thread. It reads a message, decodes it, puts its points into the queue, and only
 * then reads the next one.
 */
final class PickleConnection implements Runnable, AutoCloseable {
    private static final int LENGTH_BYTES = 4;
    private static final int KIB = 1024;

    /** How much a tree may take for each byte of its pickle, arrays that are being enlarged included. */
    static final int TREE_BYTES_PER_BYTE = 64;

    private final Socket socket;
    private final RelaySettings settings;
    private final Budget budget;
    private final BatchQueue queue;
    private final RelayCounters counters;
    private final RelayLog log;
    private final String sender;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile boolean stopping;
    private volatile boolean late;

    private enum State {
        /** For the first byte of a message. */
        WAITING,
        WORKING,
        CLOSED
    }

    /** What all connections share: how much memory messages may take, in KiB. */
    static final class Budget {
        private final int bodyTotal;
        private final int treeTotal;
        private final Semaphore bodies;
        private final Semaphore trees;

        Budget(RelaySettings settings) {
            bodyTotal = kibibytes(settings.bodyBytes());
            treeTotal = kibibytes(settings.treeBytes());
            bodies = new Semaphore(bodyTotal, true);
            trees = new Semaphore(treeTotal, true);
        }

        /** What is more than everything takes everything. */
        private static int kibibytes(long bytes) {
            return Math.clamp((bytes + KIB - 1) / KIB, 1, Integer.MAX_VALUE);
        }

        private int body(int pickleBytes) {
            return Math.min(bodyTotal, kibibytes(pickleBytes));
        }

        private int tree(int pickleBytes) {
            return Math.min(treeTotal, kibibytes((long) pickleBytes * TREE_BYTES_PER_BYTE));
        }
    }

    PickleConnection(
            Socket socket,
            RelaySettings settings,
            Budget budget,
            BatchQueue queue,
            RelayCounters counters,
            RelayLog log) {
        this.socket = socket;
        this.settings = settings;
        this.budget = budget;
        this.queue = queue;
        this.counters = counters;
        this.log = log;
        this.sender = socket.getInetAddress().getHostAddress() + ":" + socket.getPort();
    }

    @Override
    public void run() {
        log.debug(() -> "connection from " + sender);
        try (socket) {
            InputStream in = socket.getInputStream();
            boolean goOn = true;
            while (goOn) {
                goOn = handleMessage(in);
            }
        } catch (BadPickleException e) {
            counters.refusedPickles.increment();
            log.say(sender + ": " + e.getMessage() + "; closed");
        } catch (SocketTimeoutException e) {
            log.say(sender + ": nothing came for " + settings.idleTimeout().toSeconds() + " seconds; closed");
        } catch (EOFException e) {
            log.say(sender + ": the connection ended inside a message");
        } catch (IOException e) {
            if (state.get() != State.CLOSED) {
                sayBroken(e);
            }
        } catch (InterruptedException e) {
            log.debug(() -> sender + ": stopped");
        }
    }

    /** Those who only look whether the port is open, as load balancers do, close like this, too. */
    private void sayBroken(IOException e) {
        if (state.get() == State.WAITING && e instanceof SocketException) {
            log.debug(() -> sender + ": " + e.getMessage());
        } else {
            log.say(sender + ": " + e.getMessage());
        }
    }

    /** One message. Returns whether there may be another. */
    private boolean handleMessage(InputStream in) throws IOException, BadPickleException, InterruptedException {
        Deadline deadline = new Deadline();
        byte[] length = new byte[LENGTH_BYTES];
        int first = deadline.read(in, length, 0, 1);
        if (first < 0) {
            log.debug(() -> sender + ": closed by the sender");
            return false;
        }
        if (!state.compareAndSet(State.WAITING, State.WORKING)) {
            return false;
        }
        deadline.readFully(in, length, 1);
        int size = length(length);
        budget.bodies.acquire(budget.body(size));
        try {
            byte[] pickle = new byte[size];
            deadline.readFully(in, pickle, 0);
            counters.seenPickles.increment();
            forward(pickle);
        } finally {
            budget.bodies.release(budget.body(size));
        }
        state.set(State.WAITING);
        return !late && (!stopping || in.available() > 0);
    }

    private int length(byte[] bytes) throws BadPickleException {
        long size = 0;
        for (byte b : bytes) {
            size = size << Byte.SIZE | (b & 0xff);
        }
        if (size > settings.maxPickleBytes()) {
            boolean isText = true;
            for (byte b : bytes) {
                isText &= b >= ' ' && b < 0x7f;
            }
            String hint = isText ? "; this looks like lines, which the relay itself takes" : "";
            throw new BadPickleException(
                    "a message of " + size + " bytes, with " + settings.maxPickleBytes() + " allowed by -x" + hint, 0);
        }
        return (int) size;
    }

    private void forward(byte[] pickle) throws BadPickleException, InterruptedException {
        budget.trees.acquire(budget.tree(pickle.length));
        try {
            PickleTree tree = PickleReader.read(pickle);
            PointLines.Outcome outcome = PointLines.write(tree, pickle.length, this::put);
            counters.refusedMetrics.add(outcome.refused());
            outcome.firstRefusal()
                    .ifPresent(why -> log.say(sender + ": " + outcome.refused() + " of "
                            + (outcome.written() + outcome.refused()) + " points refused; the first: " + why));
        } finally {
            budget.trees.release(budget.tree(pickle.length));
        }
    }

    private void put(LineBatch batch) throws InterruptedException {
        counters.seenMetrics.add(batch.lines());
        log.debug(() -> sender + ": found " + batch.lines() + " points\n"
                + batch.toString().stripTrailing());
        boolean taken = false;
        try {
            taken = queue.put(batch);
        } finally {
            if (!taken) {
                counters.lostMetrics.add(batch.lines());
            }
        }
    }

    /**
     * After this no more messages are read than those that have arrived already, and if it is late, none but the one that was
     * begun. To be called again until the connection ends.
     */
    void stop(boolean isLate) throws IOException {
        stopping = true;
        late = isLate;
        if (socket.isClosed() || (!isLate && socket.getInputStream().available() > 0)) {
            return;
        }
        if (state.compareAndSet(State.WAITING, State.CLOSED)) {
            socket.close();
        }
    }

    /** At once, whatever it is doing. */
    @Override
    public void close() throws IOException {
        state.set(State.CLOSED);
        socket.close();
    }

    /** Until when a message must have been read. */
    private final class Deadline {
        private final long start = System.nanoTime();

        int read(InputStream in, byte[] bytes, int from, int count) throws IOException {
            long timeout = settings.idleTimeout().toNanos();
            if (timeout > 0) {
                long left = timeout - (System.nanoTime() - start);
                if (left <= 0) {
                    throw new SocketTimeoutException();
                }
                socket.setSoTimeout(Math.clamp(TimeUnit.NANOSECONDS.toMillis(left), 1, Integer.MAX_VALUE));
            }
            return in.read(bytes, from, count);
        }

        void readFully(InputStream in, byte[] bytes, int from) throws IOException {
            int at = from;
            while (at < bytes.length) {
                int count = read(in, bytes, at, bytes.length - at);
                if (count < 0) {
                    throw new EOFException();
                }
                at += count;
            }
        }
    }
}
