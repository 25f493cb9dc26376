package org.buckytools.cli.carbon;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * A TCP address as it is written on a command line, {@code HOST:PORT} with an IPv6 host in brackets.
 *
 * @param host without brackets; empty for all addresses of this machine
 * @param port 0 to 65535; 0 lets the system choose where one listens
 */
public record Endpoint(String host, int port) {
    private static final int HIGHEST_PORT = 65535;

    public Endpoint {
        requireNonNull(host, "host is null");
        if (port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and " + HIGHEST_PORT);
        }
    }

    /**
     * Where to connect to: {@code HOST:PORT}.
     *
     * @throws IllegalArgumentException with a text for the user
     */
    public static Endpoint parseRemote(String text) {
        Endpoint endpoint = parse(text, "HOST:PORT");
        if (endpoint.host.isEmpty() || endpoint.port == 0) {
            throw malformed(text, "HOST:PORT");
        }
        return endpoint;
    }

    /**
     * Where to listen: {@code HOST:PORT}, or {@code :PORT} for all addresses.
     *
     * @throws IllegalArgumentException with a text for the user
     */
    public static Endpoint parseLocal(String text) {
        return parse(text, "[HOST]:PORT");
    }

    private static Endpoint parse(String text, String form) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw malformed(text, form);
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0 || host.indexOf('[') >= 0) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not an address; an IPv6 host is written in brackets: [HOST]:PORT");
        }
        String port = text.substring(colon + 1);
        if (port.isEmpty() || port.length() > 5 || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw malformed(text, form);
        }
        return new Endpoint(host, Integer.parseInt(port));
    }

    private static IllegalArgumentException malformed(String text, String form) {
        return new IllegalArgumentException("\"" + text + "\" is not an address; expected " + form);
    }

    /** All that the host resolves to now. */
    public InetAddress[] resolve() throws UnknownHostException {
        return InetAddress.getAllByName(host);
    }

    /**
     * For listening.
     *
     * @throws UnknownHostException if the host has no address
     */
    public InetSocketAddress toLocalAddress() throws UnknownHostException {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(resolve()[0], port);
    }

    /** {@code HOST:PORT}. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
