package org.buckytools.protocol;

import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.MalformedMessageException;

/**
 * Reads the answer to {@code /metrics}, a JSON array of names, of which there may be millions: what stands between the quotes is
 * handed on as it is, and only a name with escapes goes through the parser of {@link Json}. What {@link NameListWriter} and Go daemons write is
 * read, {@code null} in place of the array included, which is how Go writes a list that was never filled.
 */
public final class NameListReader {
    /** Bytes of the longest name between its quotes, all escaped: longer than any that a file system has. */
    private static final int MAX_BYTES = 65_536;

    /** Bounds what a document can make us hold: more owners than any ring has replicas. */
    private static final int MAX_OWNERS = 1024;

    private final InputStream source;
    private final String what;
    private byte[] buffer = new byte[32 * 1024];
    private int at;
    private int end;
    private long before;
    private boolean isChecked;

    private NameListReader(InputStream source, String what) {
        this.source = requireNonNull(source, "source is null");
        this.what = requireNonNull(what, "what is null");
    }

    /**
     * Reads a whole document, handing each name on before the next is read.
     *
     * @param source stays open
     * @param what what the document is, as the subject of an error message
     * @throws EOFException if it is cut
     * @throws MalformedMessageException if it is no array of texts, or has something behind it
     * @throws IOException what {@code source} throws
     */
    public static void read(InputStream source, String what, NameSink names) throws IOException {
        new NameListReader(source, what).read(names);
    }

    /**
     * Reads what {@link OwnedNameWriter} writes, in the same way. Names that no metric can have are refused.
     *
     * @throws EOFException if the document is cut
     */
    public static void readOwned(InputStream source, String what, OwnedNameSink names) throws IOException {
        new NameListReader(source, what).readOwned(names);
    }

    private void read(NameSink names) throws IOException {
        int first = token();
        if (first == 'n') {
            require('u', next());
            require('l', next());
            require('l', next());
        } else {
            array(first, names);
        }
        requireEnd();
    }

    private void readOwned(OwnedNameSink names) throws IOException {
        while (true) {
            List<String> owners = new ArrayList<>();
            array(token(), NameSink.ofTexts(owners::add));
            if (owners.isEmpty()) {
                requireEnd();
                return;
            }
            if (owners.size() > MAX_OWNERS) {
                throw problem("there are " + owners.size() + " owners, at most " + MAX_OWNERS + " are allowed");
            }
            names.owners(List.copyOf(owners));
            isChecked = true;
            array(token(), names);
            isChecked = false;
        }
    }

    /** Reads an array whose bracket should be {@code first}. */
    private void array(int first, NameSink names) throws IOException {
        require('[', first);
        int c = token();
        if (c == ']') {
            return;
        }
        require('"', c);
        name(names);
        for (c = token(); c != ']'; c = token()) {
            require(',', c);
            require('"', token());
            name(names);
        }
    }

    private void requireEnd() throws IOException {
        if (token() >= 0) {
            throw new MalformedMessageException(what + " goes on behind its end");
        }
    }

    /** Hands on a name whose first quote has been read. */
    private void name(NameSink names) throws IOException {
        int from = at;
        boolean isAscii = true;
        boolean isEscaped = false;
        while (true) {
            at = plain(buffer, at, end);
            if (at == end) {
                from = more(from);
                continue;
            }
            byte b = buffer[at++];
            if (b == '"') {
                break;
            }
            if (b == '\\') {
                isEscaped = true;
                if (at == end) {
                    from = more(from);
                }
                at++;
            } else if (b < 0) {
                isAscii = false;
            } else {
                throw problem("a name has the control character " + b);
            }
        }
        int length = at - 1 - from;
        if (isEscaped) {
            byte[] name = Json.read(Arrays.copyOfRange(buffer, from - 1, at), "a name in " + what, JsonInput::text)
                    .getBytes(StandardCharsets.UTF_8);
            hand(names, name, 0, name.length);
            return;
        }
        if (!isAscii) {
            requireUtf8(from, length);
        }
        hand(names, buffer, from, from + length);
    }

    private void hand(NameSink names, byte[] utf8, int from, int to) throws MalformedMessageException {
        if (isChecked && !MetricName.isValid(utf8, from, to)) {
            throw problem("no metric can be called \"" + NameSink.text(utf8, from, to) + "\"");
        }
        names.name(utf8, from, to);
    }

    private void requireUtf8(int from, int length) throws MalformedMessageException {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(buffer, from, length));
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException(what + " has a name that is not UTF-8", e);
        }
    }

    /** Where the first byte is that is not just a letter of a name, or {@code to}. Of nothing but locals, as most of the time goes here. */
    private static int plain(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            byte b = bytes[i];
            if (b < ' ' || b == '"' || b == '\\') {
                return i;
            }
            i++;
        }
        return to;
    }

    /** Reads on where a name reaches beyond what is there; gives the name's new beginning, with its quote before it. */
    private int more(int from) throws IOException {
        int kept = end - (from - 1);
        if (kept > MAX_BYTES) {
            throw problem("a name has more than " + MAX_BYTES + " bytes");
        }
        byte[] into = kept > buffer.length / 2 ? new byte[2 * buffer.length] : buffer;
        System.arraycopy(buffer, from - 1, into, 0, kept);
        buffer = into;
        before += from - 1;
        at = kept;
        end = kept;
        fill();
        if (at == end) {
            throw cut();
        }
        return 1;
    }

    /** The next byte that is no space; -1 at the end. */
    private int token() throws IOException {
        while (true) {
            int c = next();
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return c;
            }
        }
    }

    /** The next byte; -1 at the end. A name's quote stays in the buffer before it. */
    private int next() throws IOException {
        if (at == end) {
            before += end;
            at = 0;
            end = 0;
            fill();
            if (at == end) {
                return -1;
            }
        }
        return buffer[at++] & 0xFF;
    }

    private void fill() throws IOException {
        int got = source.read(buffer, end, buffer.length - end);
        if (got > 0) {
            end += got;
        }
    }

    private void require(int wanted, int c) throws IOException {
        if (c < 0) {
            throw cut();
        }
        if (c != wanted) {
            throw problem("there is '" + (char) c + "' instead of '" + (char) wanted + "'");
        }
    }

    private EOFException cut() {
        return new EOFException(what + " was cut off at byte " + (before + at));
    }

    private MalformedMessageException problem(String problem) {
        return new MalformedMessageException(
                what + " is not the array of names it should be at byte " + (before + at) + ": " + problem);
    }
}
