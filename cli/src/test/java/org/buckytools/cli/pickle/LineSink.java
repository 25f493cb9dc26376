package org.buckytools.cli.pickle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** A relay for lines that remembers what it read, can stop reading, die in two ways, and come back on the same port. */
final class LineSink implements AutoCloseable {
    private final List<String> lines = new ArrayList<>();
    private final Set<String> distinct = new HashSet<>();
    private final int port;
    private ServerSocket server;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private boolean reading = true;
    private int linesBeforeDeath = Integer.MAX_VALUE;
    private int connectionsSoFar;

    private LineSink(int port) {
        this.port = port;
    }

    /** A port that nobody listens on. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static LineSink absent() throws IOException {
        return new LineSink(freePort());
    }

    static LineSink started() throws IOException, InterruptedException {
        LineSink sink = absent();
        sink.start();
        return sink;
    }

    int port() {
        return port;
    }

    synchronized void start() throws IOException, InterruptedException {
        ServerSocket listening = bind();
        server = listening;
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket connection = listening.accept();
                    synchronized (this) {
                        connections.add(connection);
                        connectionsSoFar++;
                        notifyAll();
                    }
                    Thread.ofVirtual().start(() -> read(connection));
                }
            } catch (IOException e) {
                // Closed, which is how this ends.
                return;
            }
        });
    }

    /** The former one may be there for another moment. */
    private ServerSocket bind() throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            ServerSocket listening = new ServerSocket();
            try {
                listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return listening;
            } catch (BindException e) {
                listening.close();
                if (attempt == 100) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    private void read(Socket connection) {
        try (connection;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c >= 0; c = in.read()) {
                if (c == '\n') {
                    received(line.toString(), connection);
                    line.setLength(0);
                } else {
                    line.append((char) c);
                }
            }
        } catch (IOException | InterruptedException e) {
            // The sender or the test has ended the connection; what was read whole counts.
            return;
        } finally {
            connections.remove(connection);
        }
    }

    private synchronized void received(String line, Socket connection) throws InterruptedException, IOException {
        while (!reading) {
            wait();
        }
        if (!connection.isClosed()) {
            lines.add(line);
            distinct.add(line);
            notifyAll();
            if (--linesBeforeDeath == 0) {
                die();
            }
        }
    }

    synchronized void stall() {
        reading = false;
    }

    synchronized void goOn() {
        reading = true;
        notifyAll();
    }

    /** Dies by itself, as {@link #die}, after so many more lines. */
    synchronized void dieAfter(int count) {
        linesBeforeDeath = count;
    }

    /** As a process that is killed while there is something to read: connections are reset. */
    synchronized void die() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.setSoLinger(true, 0);
            connection.close();
        }
    }

    @Override
    public void close() throws IOException {
        end();
    }

    /** As a process that ends in order. */
    synchronized void end() throws IOException {
        if (server != null) {
            server.close();
        }
        for (Socket connection : connections) {
            connection.close();
        }
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    synchronized int connectionsSoFar() {
        return connectionsSoFar;
    }

    synchronized boolean isListening() {
        return !server.isClosed();
    }

    synchronized int distinctLines() {
        return distinct.size();
    }

    /** Waits for something that comes with lines or connections. */
    synchronized void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                throw new AssertionError(
                        "waited in vain; " + lines.size() + " lines, " + connectionsSoFar + " connections");
            }
            wait(Math.min(left, 200));
        }
    }

    void awaitLines(int count) throws InterruptedException {
        await(() -> lines.size() >= count);
    }
}
