package org.buckytools.protocol.client;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Proxy;
import java.nio.channels.SocketChannel;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.json.Json;

/**
 * Makes the clients of many daemons, which share connections and threads. Safe for use by many threads at once. Closing it ends
 * the requests that are in flight.
 */
public final class HttpAgentClients implements AutoCloseable {
    /** Idle connections kept: those of 100 workers to one daemon, and some to each of many. */
    private static final int MAX_IDLE = 256;

    private static final long KEEP_IDLE_SECONDS = 60;

    private final ClientOptions options;
    private final InstantSource clock;

    /** Guards {@link #http} and {@link #files}; held while one of them is made or closed. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Null until it is needed, as most commands do without. */
    private OkHttpClient http;

    /** Null until it is needed. */
    private FetchConnections files;

    private boolean closed;

    /** {@code clock} is what daemons are told in {@code X-Buckyd-Now}. */
    public HttpAgentClients(ClientOptions options, InstantSource clock) {
        this.options = options;
        this.clock = clock;
    }

    /**
     * Loads and initialises what making the first clients and reading the first answer takes, which is a good part of a short
     * program's time. Changes nothing else; for a thread that a program has to spare while it looks at its arguments.
     */
    public static void prepare() {
        try (HttpAgentClients clients = new HttpAgentClients(ClientOptions.DEFAULT, InstantSource.system())) {
            clients.connect(new DaemonAddress("localhost", DaemonAddress.DEFAULT_PORT));
            clients.files();
            // Java's first channel loads native libraries.
            SocketChannel.open().close();
            Json.read(new byte[] {'{', '}'}, "an empty message", input -> {
                input.skip();
                return input;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Once the headers have come, it is the body that must not stand still. OkHttp has one timeout for both, and keeps it in two
     * places; with the connection's next request it sets them again.
     */
    private Response allowInactivityOfBody(Interceptor.Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        long millis = Math.max(1, options.inactivityTimeout().toMillis());
        requireNonNull(chain.connection(), "a network interceptor has a connection")
                .socket()
                .setSoTimeout(Math.clamp(millis, 1, Integer.MAX_VALUE));
        response.body().source().timeout().timeout(millis, TimeUnit.MILLISECONDS);
        return response;
    }

    /** A client of one daemon; nothing is sent yet. Closing it changes nothing for the others. */
    public AgentClient connect(DaemonAddress daemon) {
        return connect(daemon, options.token());
    }

    /** As {@link #connect(DaemonAddress)}, with another token than that of the options. */
    public AgentClient connect(DaemonAddress daemon, Optional<String> token) {
        ClientOptions own = options.withToken(token);
        return new HttpAgentClient(daemon, () -> new MetricRequests(daemon, http(), own), own, clock, this::files);
    }

    private OkHttpClient http() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the clients are closed");
            }
            if (http == null) {
                http = okHttp();
            }
            return http;
        } finally {
            lock.unlock();
        }
    }

    private OkHttpClient okHttp() {
        return new OkHttpClient.Builder()
                .connectTimeout(options.connectTimeout())
                .readTimeout(options.headerTimeout())
                .writeTimeout(options.inactivityTimeout())
                .connectionPool(new ConnectionPool(MAX_IDLE, KEEP_IDLE_SECONDS, TimeUnit.SECONDS))
                .protocols(List.of(Protocol.HTTP_1_1))
                // Daemons speak no TLS, and setting it up takes a good part of a short command's time.
                .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                .socketFactory(new PromptSocketFactory())
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .followSslRedirects(false)
                .addNetworkInterceptor(this::allowInactivityOfBody)
                .build();
    }

    private FetchConnections files() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the clients are closed");
            }
            if (files == null) {
                files = new FetchConnections(options);
            }
            return files;
        } finally {
            lock.unlock();
        }
    }

    /** Ends what is in flight and closes all connections. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (files != null) {
                files.close();
            }
            if (http != null) {
                http.dispatcher().cancelAll();
                http.dispatcher().executorService().shutdown();
                http.connectionPool().evictAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
