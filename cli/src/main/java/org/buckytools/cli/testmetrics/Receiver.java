package org.buckytools.cli.testmetrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.buckytools.cli.carbon.Endpoint;

/** A connection to whoever is to take the points. */
final class Receiver implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration LAST_BYTES = Duration.ofSeconds(30);

    private final Socket socket;

    private Receiver(Socket socket) {
        this.socket = socket;
    }

    /** Connects to the first of the host's addresses that answers. */
    static Receiver connect(Endpoint endpoint) throws IOException {
        IOException failure = new ConnectException("the host has no address");
        for (InetAddress address : endpoint.resolve()) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, endpoint.port()), Math.toIntExact(CONNECT.toMillis()));
                return new Receiver(socket);
            } catch (IOException e) {
                socket.close();
                failure = e;
            }
        }
        throw failure;
    }

    OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    /** Says that nothing more comes, and waits until the receiver has read it all and closes, as carbon does then. */
    void finish() throws IOException {
        socket.shutdownOutput();
        socket.setSoTimeout(Math.toIntExact(LAST_BYTES.toMillis()));
        InputStream answer = socket.getInputStream();
        byte[] ignored = new byte[1024];
        try {
            while (answer.read(ignored) >= 0) {
                // Carbon says nothing; whatever else says something is let finish.
            }
        } catch (SocketTimeoutException e) {
            // It keeps the connection open, which is no failure: the system delivers what was written.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
