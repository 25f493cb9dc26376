package org.buckytools.hashring;

import static java.util.Objects.requireNonNull;

import java.net.Inet6Address;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One member of a hash ring, written {@code HOST[:PORT][=INSTANCE]} on the command line.
 *
 * @param host name or address as it is hashed: exactly as written, IPv6 addresses without brackets
 * @param port of the relay's destination, not of the daemon; 0 when the ring was configured without ports
 * @param instance carbon's cache instance; when absent, carbon hashes the Python literal {@code None} in its place
 */
public record Member(String host, int port, Optional<String> instance) {
    private static final String FORM = "; expected HOST[:PORT][=INSTANCE]";

    /** carbon-c-relay cuts what it hashes for a member at 255 bytes; this leaves room for quotes, port and number. */
    private static final int LONGEST = 240;

    public Member {
        requireNonNull(host, "host is null");
        requireNonNull(instance, "instance is null");
        if (host.isEmpty()) {
            throw new IllegalArgumentException("node has no host" + FORM);
        }
        checkCharacters(host, "host", "'\"\\[]=/?#@,;");
        if (host.indexOf(':') >= 0) {
            checkIpv6(host);
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(
                    "node '" + host + "' has port " + port + "; ports go from 1 to 65535, 0 is none");
        }
        int length = host.getBytes(StandardCharsets.UTF_8).length;
        if (instance.isPresent()) {
            String name = instance.get();
            if (name.isEmpty()) {
                throw new IllegalArgumentException("node '" + host + "' has an empty instance" + FORM);
            }
            checkCharacters(name, "instance", "'\"\\/");
            length += name.getBytes(StandardCharsets.UTF_8).length;
        }
        if (length > LONGEST) {
            throw new IllegalArgumentException("node '" + host + "': host and instance together have " + length
                    + " bytes, at most " + LONGEST + " are possible");
        }
    }

    /**
     * Reads {@code HOST}, {@code HOST:PORT}, {@code HOST=INSTANCE}, {@code HOST:PORT=INSTANCE} and the older
     * {@code HOST:INSTANCE} and {@code HOST:PORT:INSTANCE}, where what follows the first colon is a port if it is all digits.
     * IPv6 addresses stand in brackets.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static Member parse(String text) {
        requireNonNull(text, "node is null");
        String host;
        String rest;
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            if (close < 0) {
                throw malformed(text, "has no closing bracket");
            }
            host = text.substring(1, close);
            rest = text.substring(close + 1);
            if (host.indexOf(':') < 0) {
                throw malformed(text, "has brackets, but no IPv6 address in them");
            }
        } else {
            int end = endOfPart(text, 0);
            host = text.substring(0, end);
            rest = text.substring(end);
            if (rest.startsWith(":") && text.indexOf(':', end + 1) >= 0 && isIpv6(text)) {
                throw malformed(text, "is an IPv6 address without brackets; write [" + text + "]");
            }
        }
        if (host.isEmpty()) {
            throw malformed(text, "has no host");
        }
        if (rest.isEmpty()) {
            return new Member(host, 0, Optional.empty());
        }
        if (rest.charAt(0) == '=') {
            return new Member(host, 0, Optional.of(rest.substring(1)));
        }
        if (rest.charAt(0) != ':') {
            throw malformed(text, "has '" + rest + "' behind the bracket");
        }
        int end = endOfPart(rest, 1);
        String first = rest.substring(1, end);
        String second = rest.substring(end);
        if (first.isEmpty()) {
            throw malformed(text, "has nothing behind the colon");
        }
        if (!isDigits(first)) {
            if (!second.isEmpty()) {
                throw malformed(text, "has port '" + first + "', which is not a number");
            }
            return new Member(host, 0, Optional.of(first));
        }
        int port = parsePort(text, first);
        if (second.isEmpty()) {
            return new Member(host, port, Optional.empty());
        }
        String instance = second.substring(1);
        if (second.charAt(0) == ':' && endOfPart(instance, 0) < instance.length()) {
            throw malformed(text, "has too many parts");
        }
        return new Member(host, port, Optional.of(instance));
    }

    /** The host as it stands in a URL or before a port: with brackets if it is an IPv6 address. */
    public String bracketedHost() {
        return host.indexOf(':') >= 0 ? '[' + host + ']' : host;
    }

    /** The form that {@link #parse} reads back to an equal member: {@code HOST[:PORT][=INSTANCE]}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(bracketedHost());
        if (port != 0) {
            text.append(':').append(port);
        }
        instance.ifPresent(name -> text.append('=').append(name));
        return text.toString();
    }

    /** Written out, as what a JVM makes for records takes milliseconds at its first call, and every command compares members. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Member member
                && port == member.port
                && host.equals(member.host)
                && instance.equals(member.instance);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * host.hashCode() + port) + instance.hashCode();
    }

    private static int endOfPart(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) != ':' && text.charAt(end) != '=') {
            end++;
        }
        return end;
    }

    private static boolean isDigits(String part) {
        return part.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static int parsePort(String text, String digits) {
        int port = 0;
        for (int i = 0; i < digits.length(); i++) {
            port = port * 10 + (digits.charAt(i) - '0');
            if (port > 65535) {
                throw malformed(text, "has port " + digits + ", ports go to 65535");
            }
        }
        return port;
    }

    private static void checkCharacters(String part, String what, String forbidden) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c <= ' ' || c == 0x7f || forbidden.indexOf(c) >= 0) {
                throw new IllegalArgumentException(
                        "node has " + describe(c) + " in its " + what + " '" + printable(part) + "'" + FORM);
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == part.length()
                        || !Character.isLowSurrogate(part.charAt(i + 1))) {
                    throw new IllegalArgumentException("node has half a character in its " + what + FORM);
                }
                i++;
            }
        }
    }

    private static String describe(char c) {
        return c <= ' ' || c == 0x7f ? String.format("the character U+%04X", (int) c) : "'" + c + "'";
    }

    /** Control characters must not reach a terminal through an error message. */
    private static String printable(String part) {
        return part.replaceAll("\\p{Cntrl}", "?");
    }

    private static void checkIpv6(String host) {
        if (!isIpv6(host)) {
            throw new IllegalArgumentException("node host '" + host + "' has a colon, but is no IPv6 address" + FORM);
        }
    }

    private static boolean isIpv6(String host) {
        int zone = host.indexOf('%');
        try {
            Inet6Address.ofLiteral(zone < 0 ? host : host.substring(0, zone));
            return zone != host.length() - 1;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static IllegalArgumentException malformed(String text, String what) {
        return new IllegalArgumentException("node '" + printable(text) + "' " + what + FORM);
    }
}
