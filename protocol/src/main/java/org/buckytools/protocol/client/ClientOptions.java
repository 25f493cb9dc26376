package org.buckytools.protocol.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * How daemons are talked to.
 *
 * @param connectTimeout for one attempt to connect to one address
 * @param headerTimeout from the end of the request to the answer's first bytes; version 1 answers an upload only when it is stored
 * @param inactivityTimeout while a body is on its way: how long nothing at all may come or be taken
 * @param token what {@code X-Buckyd-Authorization} carries
 * @param software the {@code User-Agent}, a name without spaces
 */
public record ClientOptions(
        Duration connectTimeout,
        Duration headerTimeout,
        Duration inactivityTimeout,
        Optional<String> token,
        String software) {
    /** What bucky uses unless told otherwise. */
    public static final ClientOptions DEFAULT = new ClientOptions(
            Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(120), Optional.empty(), "bucky");

    public ClientOptions {
        requireNonNull(connectTimeout, "connectTimeout is null");
        requireNonNull(headerTimeout, "headerTimeout is null");
        requireNonNull(inactivityTimeout, "inactivityTimeout is null");
        requireHeaderValue(requireNonNull(software, "software is null"));
        token.ifPresent(ClientOptions::requireHeaderValue);
        if (!connectTimeout.isPositive() || !headerTimeout.isPositive() || !inactivityTimeout.isPositive()) {
            throw new IllegalArgumentException("a timeout must be positive");
        }
    }

    /** The same with another {@link #headerTimeout}. */
    public ClientOptions withHeaderTimeout(Duration timeout) {
        return new ClientOptions(connectTimeout, timeout, inactivityTimeout, token, software);
    }

    /** The same with another {@link #token}. */
    public ClientOptions withToken(Optional<String> bearer) {
        return new ClientOptions(connectTimeout, headerTimeout, inactivityTimeout, bearer, software);
    }

    /** Leaves out the token, which must not get into logs. */
    @Override
    public String toString() {
        return "ClientOptions[connect " + connectTimeout + ", headers " + headerTimeout + ", inactivity "
                + inactivityTimeout + ", " + (token.isPresent() ? "with" : "without") + " token, " + software + "]";
    }

    /** A line break in a header's value would be another header. */
    static void requireHeaderValue(String value) {
        if (value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("a token has printable ASCII characters without spaces only");
        }
    }
}
