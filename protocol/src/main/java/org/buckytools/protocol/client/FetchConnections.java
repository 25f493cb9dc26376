package org.buckytools.protocol.client;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.Routes;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.MalformedMessageException;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.FileStreamFormat;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.StoreRequest;

/**
 * Plain channels to daemons, with what a program needs most: {@code POST /v2/fetch} and {@code POST /v2/store}, by which many files
 * at once go over the wire through direct buffers, which costs the processor about half of what a general HTTP client does; and
 * requests whose answers are read line by line, of which most programs have a few and should not have to load such a client for. Keeps some connections for the next request.
 * Safe for use by many threads at once; how many requests run at once is the caller's to limit. Closing it ends those that run.
 */
public final class FetchConnections implements AutoCloseable {
    private static final int MAX_IDLE_PER_DAEMON = 8;
    private static final int MAX_IDLE = 64;

    /** Less than the half minute after which daemons close an idle connection, so that it is rarely met half-closed. */
    private static final Duration KEEP_IDLE = Duration.ofSeconds(20);

    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);
    private static final int TICKS_PER_TIMEOUT = 4;
    private static final int OK = 200;

    private final ClientOptions options;
    private final long start = System.nanoTime();

    /** All connections, idle ones too. */
    private final Set<HttpChannel> open = ConcurrentHashMap.newKeySet();

    /** Take the results of stores; the system's threads, which do not keep a program from ending. */
    private final ExecutorService receivers = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("store-results-", 0).factory());

    private final Thread watchdog;
    private final Duration tick;

    /** Guards {@link #idle} and {@link #idleCount}, and is held while {@link #closed} is set; held for moves within memory only. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<DaemonAddress, Deque<Idle>> idle = new HashMap<>();
    private int idleCount;
    private volatile boolean closed;

    private record Idle(HttpChannel channel, long since) {}

    /** The token of {@code options} is not used: each fetch brings its own caller's. */
    public FetchConnections(ClientOptions options) {
        this.options = requireNonNull(options, "options is null");
        Duration shortest = options.headerTimeout().compareTo(options.inactivityTimeout()) < 0
                ? options.headerTimeout()
                : options.inactivityTimeout();
        Duration part = shortest.dividedBy(TICKS_PER_TIMEOUT);
        this.tick = part.compareTo(LONGEST_TICK) < 0 ? part : LONGEST_TICK;
        this.watchdog = Thread.ofPlatform().daemon().name("fetch-watchdog").unstarted(this::watch);
        watchdog.start();
    }

    /**
     * Sends a fetch and reads the answer's head. The session is to be closed.
     *
     * @param token the {@code X-Buckyd-Authorization} of the caller on whose behalf this is
     * @param now this daemon's clock, Unix seconds
     * @param buffer direct, 256 KiB serve well, at least {@link FileStreamFormat#MIN_BUFFER}; the session's own until it is closed
     * @throws AgentException if the source cannot be reached, refuses, or answers with nonsense
     */
    public FetchSession fetch(
            DaemonAddress source, FetchRequest request, Optional<String> token, long now, ByteBuffer buffer)
            throws AgentException {
        Failures failures = new Failures(source, "POST " + Routes.FETCH);
        byte[] body = Json.toBytes(request);
        String head = head(source, Routes.FETCH, Json.CONTENT_TYPE, "Content-Length: " + body.length, token, now);
        return exchange(source, failures, channel -> {
            channel.send(head, body, buffer, options.inactivityTimeout());
            HttpChannel.Head answer = channel.receiveHead(options.headerTimeout());
            return session(source, failures, channel, answer, request, buffer);
        });
    }

    /** What is done on a channel. */
    @FunctionalInterface
    private interface Exchange<T> {
        /**
         * After an {@link AgentException}, such as a refusal, the channel is kept as this has left it; after any other exception it is
         * closed.
         */
        T on(HttpChannel channel) throws IOException;
    }

    /** Does it on a channel that lay idle, and if the daemon had closed that one meanwhile, or there is none, on a new one. */
    private <T> T exchange(DaemonAddress daemon, Failures failures, Exchange<T> exchange) throws AgentException {
        HttpChannel channel = takeIdle(daemon);
        boolean reused = channel != null;
        while (true) {
            try {
                if (channel == null) {
                    channel = connect(daemon);
                }
                return exchange.on(channel);
            } catch (AgentException e) {
                throw e;
            } catch (IOException e) {
                boolean stale = reused && isStale(channel, e);
                discard(channel);
                if (!stale) {
                    throw failures.noAnswer(e);
                }
                reused = false;
                channel = null;
            } catch (RuntimeException e) {
                discard(channel);
                throw e;
            }
        }
    }

    /** Whether a channel that had been used before fails because the daemon had closed it while it lay idle. */
    private static boolean isStale(HttpChannel channel, IOException failure) {
        return !channel.hasAnswered() && !channel.isOverdue() && !Failures.isInterrupt(failure);
    }

    /**
     * Sends files and hands on what becomes of each, one result a metric. A connection that had been closed while it lay idle is
     * replaced, and {@code files} written anew.
     *
     * @param token the {@code X-Buckyd-Authorization}
     * @param now the caller's clock, Unix seconds
     * @param buffer direct, 256 KiB serve well; in use until the call returns
     * @param results called by another thread than the caller's, while files are being sent
     * @throws AgentException if the daemon cannot be reached, refuses, or answers with nonsense; results that came are true
     * @throws IOException what {@code files} throws
     */
    public void store(
            DaemonAddress daemon,
            StoreRequest request,
            Optional<String> token,
            long now,
            ByteBuffer buffer,
            AgentClient.Files files,
            Consumer<PullResult> results)
            throws IOException {
        Failures failures = new Failures(daemon, "POST " + Routes.STORE);
        String head =
                head(daemon, Routes.STORE, FileStreamFormat.CONTENT_TYPE, "Transfer-Encoding: chunked", token, now);
        byte[] bodyStart = request.toBodyStart();
        int count = request.metrics().size();
        HttpChannel channel = takeIdle(daemon);
        boolean reused = channel != null;
        while (true) {
            StoreExchange exchange = null;
            try {
                if (channel == null) {
                    channel = connect(daemon);
                }
                exchange = new StoreExchange(daemon, failures, channel, options, receivers);
                HttpChannel.Body answer = exchange.run(head, bodyStart, buffer, count, files, results);
                release(daemon, channel, answer);
                return;
            } catch (IOException e) {
                boolean answered = exchange != null && channel.hasAnswered();
                boolean stale = reused && isStale(channel, e);
                discard(channel);
                if (exchange != null && exchange.isOwnFailure()) {
                    throw e;
                }
                if (!stale) {
                    throw answered ? failures.brokenAnswer(e) : failures.noAnswer(e);
                }
                reused = false;
                channel = null;
            } catch (RuntimeException e) {
                discard(channel);
                throw e;
            }
        }
    }

    /**
     * Sends a request and reads the answer's head, whatever its status is. The answer is to be closed.
     *
     * @param token the {@code X-Buckyd-Authorization}
     * @param now the caller's clock, Unix seconds
     * @param failures make of what goes wrong what is thrown
     * @throws AgentException if the daemon cannot be reached or answers with nonsense
     */
    Answer ask(DaemonAddress daemon, HttpRequest request, Optional<String> token, long now, Failures failures)
            throws AgentException {
        String head = request.head(hostHeader(daemon), options.software(), token, now);
        return exchange(daemon, failures, channel -> ask(daemon, channel, request, head, failures));
    }

    private Answer ask(DaemonAddress daemon, HttpChannel channel, HttpRequest request, String head, Failures failures)
            throws IOException {
        IOException sendingFailed = null;
        try {
            request.send(channel, head, options.inactivityTimeout());
        } catch (IOException e) {
            if (channel.isOverdue() || Failures.isInterrupt(e)) {
                throw e;
            }
            // If it is the daemon that takes no more, its answer may tell why.
            sendingFailed = e;
        }
        try {
            HttpChannel.Head answer = channel.receiveHead(options.headerTimeout());
            HttpChannel.Body body = channel.body(answer, options.inactivityTimeout());
            boolean isReusable = sendingFailed == null;
            return new Answer(failures, answer, body, () -> {
                if (isReusable) {
                    release(daemon, channel, body);
                } else {
                    discard(channel);
                }
            });
        } catch (IOException e) {
            if (sendingFailed == null) {
                throw e;
            }
            sendingFailed.addSuppressed(e);
            throw sendingFailed;
        }
    }

    private String head(
            DaemonAddress daemon, String path, String contentType, String length, Optional<String> token, long now) {
        return HttpRequest.head(
                "POST", path, hostHeader(daemon), options.software(), contentType, length, token, Long.toString(now));
    }

    private FetchSession session(
            DaemonAddress source,
            Failures failures,
            HttpChannel channel,
            HttpChannel.Head head,
            FetchRequest request,
            ByteBuffer buffer)
            throws IOException {
        HttpChannel.Body body = channel.body(head, options.inactivityTimeout());
        if (head.status() != OK) {
            AgentException refused = failures.status(head.status(), errorText(body));
            release(source, channel, body);
            throw refused;
        }
        String type = head.header("content-type");
        if (type == null || !type.startsWith(FileStreamFormat.CONTENT_TYPE)) {
            throw new MalformedMessageException("Content-Type is " + type);
        }
        return new FetchSession(
                this, source, failures, channel, body, head, request.metrics().size(), buffer);
    }

    static byte[] errorText(HttpChannel.Body body) throws IOException {
        try {
            return Channels.newInputStream(body).readNBytes(Failures.MAX_BODY);
        } catch (IOException e) {
            if (Failures.isInterrupt(e)) {
                throw e;
            }
            return new byte[0]; // the status says enough
        }
    }

    /** Keeps the connection if another request can be sent on it, else closes it. */
    void release(DaemonAddress source, HttpChannel channel, HttpChannel.Body body) {
        boolean kept = false;
        if (body.leavesConnectionUsable()) {
            lock.lock();
            try {
                Deque<Idle> ofSource = idle.computeIfAbsent(source, address -> new ArrayDeque<>());
                if (!closed && idleCount < MAX_IDLE && ofSource.size() < MAX_IDLE_PER_DAEMON) {
                    ofSource.push(new Idle(channel, nanos()));
                    idleCount++;
                    kept = true;
                }
            } finally {
                lock.unlock();
            }
        }
        if (!kept) {
            discard(channel);
        }
    }

    private HttpChannel takeIdle(DaemonAddress source) {
        lock.lock();
        try {
            Deque<Idle> ofSource = idle.get(source);
            if (ofSource == null) {
                return null;
            }
            Idle newest = ofSource.poll();
            if (newest != null) {
                idleCount--;
            }
            if (ofSource.isEmpty()) {
                idle.remove(source);
            }
            return newest == null ? null : newest.channel();
        } finally {
            lock.unlock();
        }
    }

    private HttpChannel connect(DaemonAddress source) throws IOException {
        IOException failure = null;
        if (!isHost(source.host())) {
            throw new AgentUnreachableException(source, source + " cannot be asked: its host is no host name", null);
        }
        for (InetAddress address : InetAddress.getAllByName(source.host())) {
            SocketChannel socket = SocketChannel.open();
            HttpChannel channel = new HttpChannel(socket, this::nanos);
            try {
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                open.add(channel);
                if (closed) {
                    throw new ClosedChannelException(); // close() may have looked before it was added
                }
                socket.socket()
                        .connect(
                                new InetSocketAddress(address, source.port()),
                                Math.clamp(options.connectTimeout().toMillis(), 1, Integer.MAX_VALUE));
                return channel;
            } catch (IOException e) {
                discard(channel);
                if (Failures.isInterrupt(e)) {
                    throw e;
                }
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        throw failure;
    }

    /** Whether it could be a name or an address, of whatever letters; it stands in the head of every request, too. */
    private static boolean isHost(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c <= ' ' || c == 0x7f || "\"#/<>?@\\^`{|}".indexOf(c) >= 0) {
                return false;
            }
        }
        return !host.isEmpty();
    }

    private void discard(HttpChannel channel) {
        if (channel == null) {
            return;
        }
        open.remove(channel);
        channel.close();
    }

    private void watch() {
        try {
            while (!closed) {
                Thread.sleep(tick);
                closeOverdue();
            }
        } catch (InterruptedException e) {
            // close() wants no more of this
        }
    }

    private void closeOverdue() {
        for (HttpChannel channel : open) {
            channel.closeIfOverdue();
        }
        long oldest = nanos() - KEEP_IDLE.toNanos();
        Deque<HttpChannel> expired = new ArrayDeque<>();
        lock.lock();
        try {
            for (Deque<Idle> ofSource : idle.values()) {
                while (!ofSource.isEmpty() && ofSource.peekLast().since() < oldest) {
                    expired.add(ofSource.pollLast().channel());
                    idleCount--;
                }
            }
            idle.values().removeIf(Deque::isEmpty);
        } finally {
            lock.unlock();
        }
        expired.forEach(this::discard);
    }

    private long nanos() {
        return System.nanoTime() - start;
    }

    /** A zone ({@code fe80::1%eth0}) is of this machine only and has no place in a header. */
    private static String hostHeader(DaemonAddress source) {
        int zone = source.host().indexOf('%');
        return zone < 0
                ? source.toString()
                : new DaemonAddress(source.host().substring(0, zone), source.port()).toString();
    }

    /** Ends the fetches that run and closes all connections. */
    @Override
    public void close() {
        watchdog.interrupt();
        lock.lock();
        try {
            closed = true;
            idle.clear();
            idleCount = 0;
        } finally {
            lock.unlock();
        }
        open.forEach(this::discard);
        receivers.shutdown();
    }
}
