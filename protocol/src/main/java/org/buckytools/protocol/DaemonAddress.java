package org.buckytools.protocol;

import static java.util.Objects.requireNonNull;

/**
 * Where a daemon listens, written {@code HOST[:PORT]} with an IPv6 host in brackets.
 *
 * @param host without brackets
 * @param port 1 to 65535
 */
public record DaemonAddress(String host, int port) implements Comparable<DaemonAddress> {
    /** The port of both Go versions. */
    public static final int DEFAULT_PORT = 4242;

    public DaemonAddress {
        requireNonNull(host, "host is null");
        if (host.isEmpty()) {
            throw new IllegalArgumentException("a daemon's address has no host; expected HOST[:PORT]");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " of " + host + " is not between 1 and 65535");
        }
    }

    /**
     * Reads {@code HOST}, {@code HOST:PORT}, {@code [V6]} or {@code [V6]:PORT}.
     *
     * @throws IllegalArgumentException with a text for the user
     */
    public static DaemonAddress parse(String text, int defaultPort) {
        String host = text;
        String port = "";
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            String rest = end < 0 ? "" : text.substring(end + 1);
            if (end < 0 || !(rest.isEmpty() || rest.startsWith(":"))) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is not a daemon's address; expected [IPV6][:PORT]");
            }
            host = text.substring(1, end);
            port = rest.isEmpty() ? "" : rest.substring(1);
        } else {
            int colon = text.indexOf(':');
            if (colon >= 0 && text.indexOf(':', colon + 1) >= 0) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is not a daemon's address; write an IPv6 host in brackets: [" + text + "]");
            }
            if (colon >= 0) {
                host = text.substring(0, colon);
                port = text.substring(colon + 1);
            }
        }
        if (port.isEmpty()) {
            return new DaemonAddress(host, defaultPort);
        }
        try {
            return new DaemonAddress(host, Integer.parseInt(port));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + port + "\" in \"" + text + "\" is not a port", e);
        }
    }

    /** {@code HOST:PORT} as it stands in a URL. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Written out, as what a JVM makes for records takes milliseconds at its first call, and every command looks up addresses. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DaemonAddress address && port == address.port && host.equals(address.host);
    }

    @Override
    public int hashCode() {
        return 31 * host.hashCode() + port;
    }

    @Override
    public int compareTo(DaemonAddress other) {
        int byHost = host.compareTo(other.host);
        return byHost != 0 ? byHost : Integer.compare(port, other.port);
    }
}
