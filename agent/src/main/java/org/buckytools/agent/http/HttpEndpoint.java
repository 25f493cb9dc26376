package org.buckytools.agent.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Optional;
import org.buckytools.agent.auth.Acl;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/** The daemon's listening socket: HTTP/1.1, one virtual thread a request. */
public final class HttpEndpoint implements AutoCloseable {
    /** The default of 8 KiB halves the speed of uploads. */
    private static final int INPUT_BUFFER_BYTES = 64 * 1024;

    /** Request line and headers together; a query with a {@code list} of names can be long. */
    private static final int REQUEST_HEADER_BYTES = 48 * 1024;

    /** A connection in the middle of a request: how long neither end may keep the other waiting. */
    private static final Duration STALL = Duration.ofMinutes(2);

    /** A connection between requests. Longer than clients keep theirs, so that none is closed under a request. */
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(10);

    private static final int ACCEPT_QUEUE = 1024;

    private final Server server;
    private final ServerConnector connector;
    private final InetSocketAddress address;
    private Optional<JettyBridge> bridge = Optional.empty();

    private HttpEndpoint(ServerSocketChannel socket, long keptBufferBytes, AccessLog log) throws IOException {
        // What is kept for the next request is bounded; in use are as many as there are connections in a request.
        server = new Server(
                threads(), null, new ArrayByteBufferPool(-1, -1, -1, -1, keptBufferBytes / 8, keptBufferBytes));
        connector = new ServerConnector(server, 1, -1, new HttpConnectionFactory(configuration()));
        connector.setIdleTimeout(KEEP_ALIVE.toMillis());
        connector.open(socket);
        address = (InetSocketAddress) socket.getLocalAddress();
        server.addConnector(connector);
        server.setRequestLog(log);
        server.setErrorHandler(new MalformedRequestHandler());
        server.setStopAtShutdown(false);
        server.setStopTimeout(0);
    }

    /**
     * Takes the address. Connections wait until {@link #start}.
     *
     * @param bind port 0 takes any free one, see {@link #address}
     * @param keptBufferBytes direct memory kept for the next requests
     * @throws java.net.BindException if the address cannot be had
     */
    public static HttpEndpoint open(InetSocketAddress bind, long keptBufferBytes) throws IOException {
        return open(bind, keptBufferBytes, AccessLog.ofRequests());
    }

    /** As {@link #open}, for requests that are no one's but this process's own: their lines are made, and dropped. */
    public static HttpEndpoint openForRehearsal(InetSocketAddress bind, long keptBufferBytes) throws IOException {
        return open(bind, keptBufferBytes, AccessLog.ofRehearsal());
    }

    private static HttpEndpoint open(InetSocketAddress bind, long keptBufferBytes, AccessLog log) throws IOException {
        if (bind.isUnresolved()) {
            throw new UnknownHostException(bind.getHostString() + " is no host that is known here");
        }
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            // A restarted daemon need not wait for connections of the one before to time out.
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            socket.bind(bind, ACCEPT_QUEUE);
            return new HttpEndpoint(socket, keptBufferBytes, log);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Begins to answer. */
    public void start(Acl acl, Services services) throws IOException {
        start(Endpoints.table(acl, services));
    }

    void start(Handler handler) throws IOException {
        JettyBridge started = new JettyBridge(handler);
        bridge = Optional.of(started);
        server.setHandler(started);
        try {
            server.start();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the HTTP server does not start: " + e.getMessage(), e);
        }
    }

    /** Where it listens, with the real port if any was wished. */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Closes the socket, lets requests in flight end, and cuts off those that have not after {@code longest}.
     *
     * @return whether all have ended by themselves
     */
    public boolean stop(Duration longest) throws InterruptedException {
        connector.close();
        boolean ended = bridge.isEmpty() || bridge.get().drain(longest);
        close();
        return ended;
    }

    /** Cuts off everything at once. */
    @Override
    public void close() {
        connector.close();
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP server does not stop: " + e.getMessage(), e);
        }
    }

    private static VirtualThreadPool threads() {
        VirtualThreadPool threads = new VirtualThreadPool();
        // The log asks each thread for its name, and looks long for that of one that has none.
        threads.setName("request-");
        return threads;
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration http = new HttpConfiguration();
        http.setInputBufferSize(INPUT_BUFFER_BYTES);
        http.setRequestHeaderSize(REQUEST_HEADER_BYTES);
        http.setIdleTimeout(STALL.toMillis());
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        // The path is taken apart by us: to Jetty's eyes ';', "..", "%2F" and broken escapes must pass unchanged.
        http.setUriCompliance(UriCompliance.UNSAFE.without("buckyd", UriCompliance.Violation.FRAGMENT));
        http.setHttpCompliance(HttpCompliance.RFC9110);
        return http;
    }
}
