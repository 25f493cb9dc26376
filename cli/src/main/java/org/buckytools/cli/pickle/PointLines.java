package org.buckytools.cli.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.util.Optional;
import org.buckytools.cli.carbon.DecimalText;
import org.buckytools.cli.carbon.LineBuffer;
import org.buckytools.cli.carbon.LineSafety;

/**
 * Writes the points of a pickle as lines {@code name value time}. A point is {@code (name, (time, value))}, tuples or lists; the
 * pickle is a tuple or list of them. Points that carbon would not take are refused one by one.
 *
 * <p>Whole numbers are written exactly and fractions as Python's {@code repr} writes them. Times are cut to whole seconds, as
 * carbon does when it sends lines. Numbers may come as text.
 */
final class PointLines {
    /** How large batches get, in bytes, apart from the last line. */
    static final int BATCH_BYTES = 64 * 1024;

    /**
     * How much larger than the pickle its lines may get. A name that occurs often stands once in a pickle; lines that repeat it
     * are some ten times as long, at most.
     */
    private static final int LARGEST_GROWTH = 64;

    private static final int LARGEST_LONG_BITS = 1024;
    private static final double LARGEST_TIME = 1e18;
    private static final int DIGITS_OF_A_TIME = 18;

    private final PickleTree tree;
    private final Output output;
    private final LineBuffer lines;
    private long bytesAllowed;
    private int linesInBatch;
    private int written;
    private int refused;
    private Optional<String> firstRefusal = Optional.empty();

    /** Where batches go. */
    interface Output {
        /** Waits as long as there is no room. */
        void put(LineBatch batch) throws InterruptedException;
    }

    /**
     * What became of a pickle's points.
     *
     * @param written as lines
     * @param refused because they are none that carbon would take
     * @param firstRefusal why, of the first one
     */
    record Outcome(int written, int refused, Optional<String> firstRefusal) {}

    private PointLines(PickleTree tree, int pickleBytes, Output output) {
        this.tree = tree;
        this.output = output;
        this.lines = new LineBuffer((int) Math.min(BATCH_BYTES + 1024, 256 + 2L * pickleBytes));
        this.bytesAllowed = BATCH_BYTES + (long) LARGEST_GROWTH * pickleBytes;
    }

    /**
     * Writes all points, in batches, and says how many they were.
     *
     * @throws BadPickleException if this is no list of points, or one point in ever so many places; what came before that is
     *     written
     */
    static Outcome write(PickleTree tree, int pickleBytes, Output output)
            throws BadPickleException, InterruptedException {
        PointLines writer = new PointLines(tree, pickleBytes, output);
        writer.writeAll();
        return new Outcome(writer.written, writer.refused, writer.firstRefusal);
    }

    private void writeAll() throws BadPickleException, InterruptedException {
        int list = tree.root();
        if (!tree.isSequence(list)) {
            throw new BadPickleException("this is no list of points", 0);
        }
        for (int cell = tree.firstCell(list); cell != PickleTree.NONE; cell = tree.nextCell(cell)) {
            int start = lines.length();
            Optional<String> objection = putPoint(tree.nodeOf(cell));
            if (objection.isPresent()) {
                lines.truncate(start);
                refused++;
                if (firstRefusal.isEmpty()) {
                    firstRefusal = objection;
                }
                continue;
            }
            linesInBatch++;
            bytesAllowed -= lines.length() - start;
            if (bytesAllowed < 0) {
                lines.truncate(start);
                linesInBatch--;
                flush();
                throw new BadPickleException("the same points are repeated too often", 0);
            }
            if (lines.length() >= BATCH_BYTES) {
                flush();
            }
        }
        flush();
    }

    private void flush() throws InterruptedException {
        if (linesInBatch > 0) {
            output.put(new LineBatch(lines.toByteArray(), linesInBatch));
            written += linesInBatch;
            linesInBatch = 0;
            lines.truncate(0);
        }
    }

    private Optional<String> putPoint(int point) {
        if (!isPair(point)) {
            return Optional.of("a point is not a name and a pair");
        }
        int name = first(point);
        int pair = second(point);
        if (tree.kind(name) != PickleTree.Kind.TEXT) {
            return Optional.of("a name is not a text");
        }
        Optional<String> objection = LineSafety.objection(tree.bytes(name), tree.offset(name), tree.length(name));
        if (objection.isPresent()) {
            return Optional.of("a name " + objection.get() + ": " + printable(name));
        }
        if (!isPair(pair)) {
            return Optional.of("time and value are not a pair: " + printable(name));
        }
        lines.put(tree.bytes(name), tree.offset(name), tree.length(name)).put(' ');
        objection = putValue(second(pair));
        if (objection.isEmpty()) {
            lines.put(' ');
            objection = putTime(first(pair));
        }
        lines.put('\n');
        return objection.map(what -> what + ": " + printable(name));
    }

    private boolean isPair(int node) {
        return tree.isSequence(node) && tree.length(node) == 2;
    }

    private int first(int pair) {
        return tree.nodeOf(tree.firstCell(pair));
    }

    private int second(int pair) {
        return tree.nodeOf(tree.nextCell(tree.firstCell(pair)));
    }

    /** The beginning of a name, without what could do something to a terminal. */
    private String printable(int name) {
        String text = new String(tree.bytes(name), tree.offset(name), Math.min(200, tree.length(name)), UTF_8);
        return "\"" + text.replaceAll("[^\\p{Graph} ]", "?") + "\"";
    }

    private Optional<String> putValue(int value) {
        return switch (tree.kind(value)) {
            case INTEGER, BOOLEAN -> {
                lines.putLong(tree.integer(value));
                yield Optional.empty();
            }
            case DECIMAL -> putRange(tree.bytes(value), tree.offset(value), tree.length(value));
            case LONG -> putLong(value);
            case FLOAT -> {
                lines.putDouble(tree.floating(value));
                // Carbon drops it, too.
                yield Double.isNaN(tree.floating(value)) ? Optional.of("a value is not a number") : Optional.empty();
            }
            case TEXT -> putNumber(value);
            case NOTHING -> Optional.of("there is no value");
            case TUPLE, LIST -> Optional.of("a value is a list");
        };
    }

    private Optional<String> putRange(byte[] bytes, int from, int length) {
        lines.put(bytes, from, length);
        return Optional.empty();
    }

    private Optional<String> putLong(int value) {
        if (tree.length(value) > LARGEST_LONG_BITS / Byte.SIZE) {
            return Optional.of("a value has too many digits");
        }
        byte[] magnitude = new byte[tree.length(value)];
        for (int i = 0; i < magnitude.length; i++) {
            magnitude[i] = tree.bytes(value)[tree.offset(value) + magnitude.length - 1 - i];
        }
        lines.putAscii(new BigInteger(magnitude).toString());
        return Optional.empty();
    }

    private Optional<String> putNumber(int text) {
        byte[] bytes = tree.bytes(text);
        int from = startOfTrimmed(text);
        int end = endOfTrimmed(text, from);
        return DecimalText.isNumber(bytes, from, end)
                ? putRange(bytes, from, end - from)
                : Optional.of("a value is a text that is no number");
    }

    private int startOfTrimmed(int text) {
        int from = tree.offset(text);
        int end = from + tree.length(text);
        while (from < end && isSpace(tree.bytes(text)[from])) {
            from++;
        }
        return from;
    }

    private int endOfTrimmed(int text, int from) {
        int end = tree.offset(text) + tree.length(text);
        while (end > from && isSpace(tree.bytes(text)[end - 1])) {
            end--;
        }
        return end;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }

    private Optional<String> putTime(int time) {
        return switch (tree.kind(time)) {
            case INTEGER -> {
                lines.putLong(tree.integer(time));
                yield Optional.empty();
            }
            case FLOAT -> putTime(tree.floating(time));
            case DECIMAL, TEXT -> putTimeOfText(time);
            case LONG -> Optional.of("a time is too large");
            case BOOLEAN, NOTHING, TUPLE, LIST -> Optional.of("a time is no number");
        };
    }

    private Optional<String> putTime(double time) {
        if (!(Math.abs(time) < LARGEST_TIME)) {
            return Optional.of("a time is too large");
        }
        lines.putLong((long) time);
        return Optional.empty();
    }

    private Optional<String> putTimeOfText(int text) {
        byte[] bytes = tree.bytes(text);
        int from = startOfTrimmed(text);
        int end = endOfTrimmed(text, from);
        if (!DecimalText.isNumber(bytes, from, end)) {
            return Optional.of("a time is no number");
        }
        for (int i = from; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9' || i - from >= DIGITS_OF_A_TIME) {
                return putTime(Double.parseDouble(new String(bytes, from, end - from, ISO_8859_1)));
            }
        }
        lines.putLong(DecimalText.parseLong(bytes, from, end));
        return Optional.empty();
    }
}
