package org.buckytools.protocol.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.buckytools.protocol.json.MalformedMessageException;

/**
 * One connection that speaks HTTP/1.1 as a client, for where a general client costs too much: a body is read by the system straight
 * into the caller's buffer, and a program that runs for a second has little to load and to compile. One request after the other, by one thread at a time, or by two while a long body is
 * sent: one that sends it and one that receives the answer meanwhile. {@link #closeIfOverdue} and {@link #close} by any.
 *
 * <p>A channel that blocks has no timeout of its own, so each wait sets a deadline, and somebody else closes the channel when it
 * has passed.
 */
final class HttpChannel implements AutoCloseable {
    private static final int INPUT_BYTES = 8 * 1024;
    private static final int MAX_HEAD = 32 * 1024;
    private static final int MAX_CHUNK_LINE = 256;
    private static final int MAX_CHUNK_DIGITS = 15;
    private static final int MAX_LENGTH_DIGITS = 18;
    private static final int MAX_INTERIM_ANSWERS = 8;
    private static final long NO_DEADLINE = Long.MAX_VALUE;

    private final SocketChannel channel;
    private final LongSupplier nanos;

    /** Bytes received but not yet used: heads, chunk lines, and now and then the beginning of what follows them. */
    private final ByteBuffer input = ByteBuffer.allocateDirect(INPUT_BYTES).limit(0);

    private final Deadline reading = new Deadline();
    private final Deadline writing = new Deadline();
    private volatile boolean overdue;
    private volatile boolean answered;

    /** {@code nanos} counts time from anywhere, never backwards, as {@link System#nanoTime} less its first value. */
    HttpChannel(SocketChannel channel, LongSupplier nanos) {
        this.channel = channel;
        this.nanos = nanos;
    }

    /** An answer's status and headers. */
    record Head(int status, boolean persistent, Map<String, String> headers) {
        /** {@code name} in lower case; null if it is not there. */
        String header(String name) {
            return headers.get(name);
        }
    }

    /**
     * Sends a request.
     *
     * @param scratch direct; its content is lost
     */
    void send(String head, byte[] body, ByteBuffer scratch, Duration writeTimeout) throws IOException {
        answered = false;
        writing.timeout = writeTimeout;
        byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
        scratch.clear();
        for (byte[] part : new byte[][] {headBytes, body}) {
            for (int from = 0; from < part.length; ) {
                int length = Math.min(part.length - from, scratch.remaining());
                scratch.put(part, from, length);
                from += length;
                if (!scratch.hasRemaining()) {
                    drain(scratch);
                }
            }
        }
        drain(scratch);
    }

    private void drain(ByteBuffer scratch) throws IOException {
        scratch.flip();
        while (scratch.hasRemaining()) {
            await(writing);
            try {
                channel.write(scratch);
            } catch (ClosedChannelException e) {
                throw closed(e);
            } finally {
                writing.deadline = NO_DEADLINE;
            }
        }
        scratch.clear();
    }

    /**
     * The body of the request whose head was just sent with {@code Transfer-Encoding: chunked}.
     *
     * @param scratch direct, the body's own until it ended
     */
    ChunkedBody chunkedBody(ByteBuffer scratch) {
        return new ChunkedBody(scratch);
    }

    /**
     * A body of unknown length. Small pieces are gathered; a large one goes from the caller's buffer to the system together with
     * what was gathered before it, in one call and without a copy if it is direct.
     */
    final class ChunkedBody {
        /** Copying less than this costs less than another call. */
        private static final int GATHERED_BELOW = 32 * 1024;

        private static final int CHUNK_LINE = 2 + 8 + 2;
        private static final byte[] LINE_END = {'\r', '\n'};
        private static final byte[] END = {'0', '\r', '\n', '\r', '\n'};

        private final ByteBuffer line = ByteBuffer.allocateDirect(CHUNK_LINE);
        private final ByteBuffer end = ByteBuffer.allocateDirect(LINE_END.length + END.length);
        private final ByteBuffer gathered;

        private ChunkedBody(ByteBuffer scratch) {
            this.gathered = scratch.clear();
        }

        /** Takes all that remains in {@code piece}. */
        void write(ByteBuffer piece) throws IOException {
            if (piece.remaining() < GATHERED_BELOW && piece.remaining() <= gathered.capacity()) {
                if (piece.remaining() > gathered.remaining()) {
                    flush();
                }
                gathered.put(piece);
            } else {
                sendWith(piece);
            }
        }

        /** Sends what was gathered. */
        void flush() throws IOException {
            if (gathered.position() > 0) {
                sendWith(ByteBuffer.allocate(0));
            }
        }

        private void sendWith(ByteBuffer piece) throws IOException {
            gathered.flip();
            line.clear();
            line.put(Integer.toHexString(gathered.remaining() + piece.remaining())
                            .getBytes(StandardCharsets.US_ASCII))
                    .put(LINE_END);
            sendAll(line.flip(), gathered, piece, end.clear().put(LINE_END).flip());
            gathered.clear();
        }

        /** Ends the body; all of it has been sent then. */
        void end() throws IOException {
            flush();
            sendAll(end.clear().put(END).flip());
        }

        private void sendAll(ByteBuffer... parts) throws IOException {
            ByteBuffer last = parts[parts.length - 1];
            while (last.hasRemaining()) {
                await(writing);
                try {
                    channel.write(parts);
                } catch (ClosedChannelException e) {
                    throw closed(e);
                } finally {
                    writing.deadline = NO_DEADLINE;
                }
            }
        }
    }

    /** Reads the head of the answer; interim ones are passed over. */
    Head receiveHead(Duration headTimeout) throws IOException {
        reading.timeout = headTimeout;
        for (int i = 0; i < MAX_INTERIM_ANSWERS; i++) {
            Head head = readHead();
            if (head.status() >= 200) {
                return head;
            }
        }
        throw new MalformedMessageException("an interim answer follows the other without end");
    }

    private Head readHead() throws IOException {
        LineReader lines = new LineReader(MAX_HEAD, "the head of the answer");
        String statusLine = lines.next();
        if (!isStatusLine(statusLine)) {
            throw new MalformedMessageException("it begins with \"" + statusLine + "\", which is not HTTP/1.1");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).toLowerCase(Locale.ROOT);
            if (!isToken(name)) {
                throw new MalformedMessageException("\"" + line + "\" is not a header");
            }
            headers.merge(name, line.substring(colon + 1).strip(), (first, second) -> first + "," + second);
        }
        boolean persistent = statusLine.startsWith("HTTP/1.1")
                && !headers.getOrDefault("connection", "")
                        .toLowerCase(Locale.ROOT)
                        .contains("close");
        return new Head(Integer.parseInt(statusLine.substring(9, 12)), persistent, Map.copyOf(headers));
    }

    // Loops rather than expressions, since a program that runs for a second would spend some of it in compiling those.

    private static boolean isStatusLine(String line) {
        return line.length() >= 12
                && (line.startsWith("HTTP/1.1 ") || line.startsWith("HTTP/1.0 "))
                && line.charAt(9) >= '1'
                && line.charAt(9) <= '5'
                && isNumber(line.substring(10, 12), 10)
                && (line.length() == 12 || line.charAt(12) == ' ');
    }

    /** Whether it is a header's name, in lower case. */
    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean isLetter = c >= 'a' && c <= 'z';
            if (!isLetter && !(c >= '0' && c <= '9') && "!#$%&'*+.^_`|~-".indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** Whether it is a number without a sign. */
    static boolean isNumber(String text, int radix) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 'f' || Character.digit(c, radix) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The body that follows this head. */
    Body body(Head head, Duration inactivityTimeout) throws MalformedMessageException {
        reading.timeout = inactivityTimeout;
        String transfer = head.header("transfer-encoding");
        String length = head.header("content-length");
        if (head.status() == 204 || head.status() == 304) {
            return new Body(Framing.LENGTH, 0, head.persistent());
        }
        if (transfer != null) {
            if (!transfer.equalsIgnoreCase("chunked")) {
                throw new MalformedMessageException("Transfer-Encoding is " + transfer);
            }
            // With both headers one of two programs on the way has misunderstood the other.
            return new Body(Framing.CHUNKED, 0, head.persistent() && length == null);
        }
        if (length == null) {
            return new Body(Framing.UNTIL_CLOSED, Long.MAX_VALUE, false);
        }
        if (length.length() > MAX_LENGTH_DIGITS || !isNumber(length, 10)) {
            throw new MalformedMessageException("Content-Length is " + length);
        }
        return new Body(Framing.LENGTH, Long.parseLong(length), head.persistent());
    }

    /** Whether anything has come since the last request was sent: if not, it may be that nobody has seen the request. */
    boolean hasAnswered() {
        return answered;
    }

    /** Whether it was closed because it took too long. */
    boolean isOverdue() {
        return overdue;
    }

    /** Closes the channel if what its user waits for should have happened by now. */
    void closeIfOverdue() {
        long now = nanos.getAsLong();
        if (now >= reading.deadline || now >= writing.deadline) {
            overdue = true;
            close();
        }
    }

    /** Ends whatever waits for it. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is gone all the same, and nothing that was still to be sent or read is wanted any more.
        }
    }

    /** When one direction's wait is over; set by the thread that waits, looked at by the one that closes. */
    private static final class Deadline {
        private volatile long deadline = NO_DEADLINE;
        private Duration timeout = Duration.ZERO;
    }

    /** Sets the time by which what is waited for next has to happen. */
    private void await(Deadline direction) {
        direction.deadline = nanos.getAsLong() + direction.timeout.toNanos();
    }

    /** Why the channel was closed: by whoever watches it, if it took too long. */
    private IOException closed(ClosedChannelException cause) {
        if (!overdue) {
            return cause;
        }
        SocketTimeoutException late = new SocketTimeoutException("nothing came in time");
        late.initCause(cause);
        return late;
    }

    private int read(ByteBuffer target) throws IOException {
        await(reading);
        try {
            int got = channel.read(target);
            if (got > 0) {
                answered = true;
            }
            return got;
        } catch (ClosedChannelException e) {
            throw closed(e);
        } finally {
            reading.deadline = NO_DEADLINE;
        }
    }

    /** Receives some bytes into {@code target} and, if they are more than fit, into {@link #input}, which must be used up. */
    private int receive(ByteBuffer target) throws IOException {
        ByteBuffer[] buffers = {target, input.clear()};
        int before = target.position();
        await(reading);
        try {
            if (channel.read(buffers) < 0) {
                return -1;
            }
            answered = true;
            return target.position() - before;
        } catch (ClosedChannelException e) {
            throw closed(e);
        } finally {
            reading.deadline = NO_DEADLINE;
            input.flip();
        }
    }

    private byte nextByte(String what) throws IOException {
        if (!input.hasRemaining()) {
            input.clear();
            try {
                if (read(input) < 0) {
                    throw new EOFException(answered ? what + " is cut" : "the connection was closed");
                }
            } finally {
                input.flip();
            }
        }
        return input.get();
    }

    /** Reads lines of ISO 8859-1 that all together are bounded. */
    private final class LineReader {
        private final String what;
        private final int most;
        private int count;

        LineReader(int most, String what) {
            this.most = most;
            this.what = what;
        }

        String next() throws IOException {
            StringBuilder line = new StringBuilder();
            while (true) {
                byte b = nextByte(what);
                if (++count > most) {
                    throw new MalformedMessageException(what + " has more than " + most + " bytes");
                }
                if (b == '\n') {
                    int length = line.length();
                    if (length > 0 && line.charAt(length - 1) == '\r') {
                        line.setLength(length - 1);
                    }
                    return line.toString();
                }
                line.append((char) (b & 0xFF));
            }
        }
    }

    private enum Framing {
        LENGTH,
        CHUNKED,
        UNTIL_CLOSED
    }

    /** The body of an answer; throws {@link EOFException} if it is cut. */
    final class Body implements ReadableByteChannel {
        private final Framing framing;
        private final boolean persistent;

        /** Bytes left of the body or of the chunk. */
        private long left;

        private boolean inChunk;
        private boolean ended;

        private Body(Framing framing, long length, boolean persistent) {
            this.framing = framing;
            this.left = length;
            this.persistent = persistent;
            this.ended = framing == Framing.LENGTH && length == 0;
        }

        /** Whether the body was read to its end and the connection can take another request. */
        boolean leavesConnectionUsable() {
            return ended && persistent && !input.hasRemaining() && channel.isOpen();
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (!target.hasRemaining()) {
                return 0;
            }
            if (framing == Framing.CHUNKED && left == 0 && !ended) {
                nextChunk();
            }
            if (ended) {
                return -1;
            }
            int limit = target.limit();
            boolean beyond = target.remaining() > left;
            if (beyond) {
                target.limit(target.position() + (int) left);
            }
            int got;
            try {
                got = input.hasRemaining() ? take(target) : receiveBody(target, beyond);
            } finally {
                target.limit(limit);
            }
            if (got < 0) {
                if (framing != Framing.UNTIL_CLOSED) {
                    throw new EOFException("the connection was closed within the answer");
                }
                ended = true;
                return -1;
            }
            left -= got;
            if (left == 0 && framing == Framing.LENGTH) {
                ended = true;
            }
            return got;
        }

        private int take(ByteBuffer target) {
            int length = Math.min(input.remaining(), target.remaining());
            target.put(input.slice(input.position(), length));
            input.position(input.position() + length);
            return length;
        }

        private int receiveBody(ByteBuffer target, boolean withNextChunk) throws IOException {
            if (withNextChunk && framing == Framing.CHUNKED) {
                return receive(target); // the line before the next chunk comes along, which saves a call
            }
            return HttpChannel.this.read(target);
        }

        private void nextChunk() throws IOException {
            LineReader lines = new LineReader(MAX_CHUNK_LINE, "a chunk's first line");
            if (inChunk && !lines.next().isEmpty()) {
                throw new MalformedMessageException("a chunk is longer than it said");
            }
            inChunk = true;
            String line = lines.next();
            int extension = line.indexOf(';');
            String size = (extension < 0 ? line : line.substring(0, extension)).strip();
            if (size.length() > MAX_CHUNK_DIGITS || !isNumber(size, 16)) {
                throw new MalformedMessageException("\"" + line + "\" is not the size of a chunk");
            }
            left = Long.parseLong(size, 16);
            if (left == 0) {
                LineReader trailers = new LineReader(MAX_HEAD, "the trailers of the answer");
                while (!trailers.next().isEmpty()) {
                    // nobody needs them
                }
                ended = true;
            }
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        /** Closes the whole connection. */
        @Override
        public void close() {
            HttpChannel.this.close();
        }
    }
}
