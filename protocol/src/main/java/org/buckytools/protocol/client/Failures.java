package org.buckytools.protocol.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.ErrorBody;
import org.buckytools.protocol.client.AgentException.Retry;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.MalformedMessageException;

/** Where what went wrong with one request becomes one of the exceptions that this package throws. */
final class Failures {
    /** What is read of an error's body: the longest message in JSON fits. */
    static final int MAX_BODY = 16 * 1024;

    /** What is shown of a daemon's own text, in characters. */
    private static final int MAX_TEXT = 1024;

    private static final int ACCEPTED = 202;

    private final DaemonAddress daemon;
    private final String request;

    /** {@code request} is its method and what it is about: {@code "POST of a.b.c"}, {@code "GET /hashring"}. */
    Failures(DaemonAddress daemon, String request) {
        this.daemon = daemon;
        this.request = request;
    }

    /**
     * An answer with another status than expected.
     *
     * @param body the first {@value #MAX_BODY} bytes of its body, or all of them if they are fewer
     */
    AgentException status(int status, byte[] body) {
        return status(status, body, AgentRefusedException.defaultRetry(status));
    }

    /** As {@link #status(int, byte[])}, for an error of version 1 that is to be retried like this. */
    AgentException status(int status, byte[] body, Retry plainRetry) {
        if (status == ACCEPTED) {
            return new InventoryNotReadyException(daemon);
        }
        if (status >= 100 && status < 400) {
            return new AgentBabbleException(
                    daemon, answered(status) + ", which is not in the protocol; is that a buckyd?", null);
        }
        Optional<ErrorBody> error = errorBody(body);
        String text = printable(error.map(ErrorBody::error).orElseGet(() -> new String(body, StandardCharsets.UTF_8)));
        Retry retry = plainRetry;
        if (error.isPresent()) {
            if (!error.get().retryable()) {
                retry = Retry.NEVER;
            } else if (plainRetry == Retry.NEVER) {
                retry = Retry.TWICE;
            }
        }
        return new AgentRefusedException(
                daemon, status, text.isEmpty() ? answered(status) : answered(status) + ": " + text, retry);
    }

    /** An answer that is not as it should be. */
    AgentBabbleException babble(String problem, Throwable cause) {
        return new AgentBabbleException(daemon, daemon + " answered " + request + " with nonsense: " + problem, cause);
    }

    /** No answer, or none that began as HTTP. */
    AgentException noAnswer(IOException failure) {
        return unreachable(daemon + " does not answer " + request, failure);
    }

    /** An answer that broke off or went wrong in its middle. */
    AgentException brokenAnswer(IOException failure) {
        return unreachable("the answer of " + daemon + " to " + request + " broke off", failure);
    }

    /** {@code otherwise} is what happened if the failure does not say more. */
    private AgentException unreachable(String otherwise, IOException failure) {
        if (failure instanceof AgentException known) {
            return known;
        }
        if (isInterrupt(failure)) {
            return new AgentInterruptedException(daemon, failure);
        }
        if (failure instanceof MalformedMessageException || isNoHttp(failure)) {
            return babble(printable(String.valueOf(failure.getMessage())), failure);
        }
        return new AgentUnreachableException(daemon, otherwise + ": " + reason(failure), failure);
    }

    private String answered(int status) {
        return daemon + " answered " + request + " with " + status;
    }

    /** Also sets the interrupt status again where it was lost: OkHttp clears it while it tries several addresses. */
    static boolean isInterrupt(IOException failure) {
        boolean isOne = failure instanceof ClosedByInterruptException
                || (failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException));
        if (isOne) {
            Thread.currentThread().interrupt();
        }
        return isOne || Thread.currentThread().isInterrupted();
    }

    /** OkHttp reports bytes that are no HTTP as a protocol's violation, but an early end too. */
    private static boolean isNoHttp(IOException failure) {
        return failure instanceof ProtocolException
                && !String.valueOf(failure.getMessage()).contains("unexpected end of stream");
    }

    private static String reason(IOException failure) {
        Throwable root = failure;
        // Stops at a timeout, since what caused it is only that the socket was closed then.
        while (!(root instanceof SocketTimeoutException) && root.getCause() instanceof IOException cause) {
            root = cause;
        }
        String text = root.getMessage() == null ? "" : printable(root.getMessage());
        if (root instanceof ClosedChannelException) {
            return "the connection was closed here";
        }
        if (root instanceof UnknownHostException) {
            return "its name cannot be resolved";
        }
        if (root instanceof SocketTimeoutException) {
            return text.toLowerCase(Locale.ROOT).contains("connect")
                    ? "connecting took too long"
                    : "nothing came in time";
        }
        if (root instanceof EOFException && text.contains("not found")) {
            return "the connection was closed"; // how OkHttp says that a line had no end
        }
        return text.isEmpty()
                ? root.getClass().getSimpleName()
                : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    private static Optional<ErrorBody> errorBody(byte[] body) {
        if (body.length == 0 || body[0] != '{') {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.read(body, "the error", ErrorBody::read));
        } catch (IOException e) {
            return Optional.empty(); // a text that only begins like an object, or a cut one: shown as it is
        }
    }

    /** One line without control characters, which must not reach a terminal through a message. */
    static String printable(String text) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length() && line.length() < MAX_TEXT; i++) {
            char c = text.charAt(i);
            boolean blank = Character.isISOControl(c) || Character.isWhitespace(c) || c == '\uFFFD';
            if (!blank) {
                line.append(c);
            } else if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
                line.append(' ');
            }
        }
        return line.toString().strip();
    }
}
