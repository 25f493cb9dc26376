package org.buckytools.protocol.client;

import java.net.Proxy;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.buckytools.protocol.DaemonAddress;

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
    private final OkHttpClient http;

    /** {@code clock} is what daemons are told in {@code X-Buckyd-Now}. */
    public HttpAgentClients(ClientOptions options, InstantSource clock) {
        this.options = options;
        this.clock = clock;
        this.http = new OkHttpClient.Builder()
                .connectTimeout(options.connectTimeout())
                .readTimeout(options.headerTimeout())
                .writeTimeout(options.inactivityTimeout())
                .connectionPool(new ConnectionPool(MAX_IDLE, KEEP_IDLE_SECONDS, TimeUnit.SECONDS))
                .protocols(List.of(Protocol.HTTP_1_1))
                // Daemons speak no TLS, and setting it up takes a good part of a short command's time.
                .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .followSslRedirects(false)
                .build();
    }

    /** A client of one daemon; nothing is sent yet. Closing it changes nothing for the others. */
    public AgentClient connect(DaemonAddress daemon) {
        return new HttpAgentClient(daemon, http, options, clock);
    }

    /** Ends what is in flight and closes all connections. */
    @Override
    public void close() {
        http.dispatcher().cancelAll();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
