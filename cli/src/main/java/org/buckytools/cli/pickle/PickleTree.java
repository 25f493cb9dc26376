package org.buckytools.cli.pickle;

import java.util.Arrays;
import org.buckytools.cli.carbon.LineBuffer;

/**
 * What a pickle holds: nodes, known by their numbers. A list or tuple is a chain of cells, of which each has a node and the next
 * cell, as a node can be in several lists, and a list, in a hostile pickle, in itself. Nothing here walks deeper than it is told.
 *
 * <p>Texts are ranges of the pickle's own bytes, which must not change while the tree is in use, or of a buffer beside them where
 * they had to be decoded.
 */
final class PickleTree {
    /** Of a list or tuple without content, of a chain's last cell. */
    static final int NONE = -1;

    private static final int FIRST_NODES = 64;

    /** What a node is. */
    enum Kind {
        /** Python's {@code None}. */
        NOTHING,
        /** 0 or 1. */
        BOOLEAN,
        /** 64 bits. */
        INTEGER,
        /** A text of a decimal number, with or without a fraction, that was checked to be one. */
        DECIMAL,
        /** A range with a number in two's complement, the lowest byte first, of more than 64 bits. */
        LONG,
        FLOAT,
        TEXT,
        TUPLE,
        LIST
    }

    private final byte[] pickle;
    private final LineBuffer decoded = new LineBuffer(0);

    private Kind[] kinds = new Kind[FIRST_NODES];
    /** How deep lists and tuples are below a node. */
    private byte[] depths = new byte[FIRST_NODES];
    /** The number, the bits of the float, where the text begins (as {@code -1 - offset} if decoded), the first and last cell. */
    private long[] values = new long[FIRST_NODES];
    /** Of a text in bytes, of a list or tuple in elements. */
    private int[] lengths = new int[FIRST_NODES];

    private int nodes;

    private int[] cellNodes = new int[FIRST_NODES];
    private int[] cellNexts = new int[FIRST_NODES];
    private int cells;

    private int root = NONE;

    PickleTree(byte[] pickle) {
        this.pickle = pickle;
    }

    // Building.

    private int add(Kind kind, long value, int length) {
        if (nodes == kinds.length) {
            int more = nodes + (nodes >> 1);
            kinds = Arrays.copyOf(kinds, more);
            depths = Arrays.copyOf(depths, more);
            values = Arrays.copyOf(values, more);
            lengths = Arrays.copyOf(lengths, more);
        }
        kinds[nodes] = kind;
        values[nodes] = value;
        lengths[nodes] = length;
        return nodes++;
    }

    int addNothing() {
        return add(Kind.NOTHING, 0, 0);
    }

    int addBoolean(boolean value) {
        return add(Kind.BOOLEAN, value ? 1 : 0, 0);
    }

    int addInteger(long value) {
        return add(Kind.INTEGER, value, 0);
    }

    int addFloat(double value) {
        return add(Kind.FLOAT, Double.doubleToRawLongBits(value), 0);
    }

    /** A node of a kind that has a range of the pickle. */
    int addRange(Kind kind, int from, int length) {
        return add(kind, from, length);
    }

    /** Where decoded texts are written. */
    LineBuffer decoded() {
        return decoded;
    }

    /** A text that was written to {@link #decoded} from this offset on. */
    int addDecoded(int from) {
        return add(Kind.TEXT, -1L - from, decoded.length() - from);
    }

    /** A list or tuple without elements. */
    int addSequence(Kind kind) {
        return add(kind, ((long) NONE << Integer.SIZE) | (NONE & 0xffffffffL), 0);
    }

    /** Appends to a list, or to a tuple that is being made. */
    void append(int sequence, int node) {
        if (cells == cellNodes.length) {
            int more = cells + (cells >> 1);
            cellNodes = Arrays.copyOf(cellNodes, more);
            cellNexts = Arrays.copyOf(cellNexts, more);
        }
        int cell = cells++;
        cellNodes[cell] = node;
        cellNexts[cell] = NONE;
        int first = firstCell(sequence);
        if (first == NONE) {
            first = cell;
        } else {
            cellNexts[(int) values[sequence]] = cell;
        }
        values[sequence] = ((long) first << Integer.SIZE) | cell;
        lengths[sequence]++;
        depths[sequence] = (byte) Math.max(depths[sequence], Math.min(depths[node] + 1, Byte.MAX_VALUE));
    }

    void setRoot(int node) {
        root = node;
    }

    // Reading.

    int root() {
        return root;
    }

    Kind kind(int node) {
        return kinds[node];
    }

    boolean isSequence(int node) {
        return kinds[node] == Kind.TUPLE || kinds[node] == Kind.LIST;
    }

    /** How many lists and tuples are in one another here, at least, counted up to 127. */
    int depth(int node) {
        return depths[node];
    }

    /** Elements of a list or tuple, or bytes of a range. */
    int length(int node) {
        return lengths[node];
    }

    /** A boolean's or integer's. */
    long integer(int node) {
        return values[node];
    }

    double floating(int node) {
        return Double.longBitsToDouble(values[node]);
    }

    /** The array that {@link #offset} points into. */
    byte[] bytes(int node) {
        return values[node] < 0 ? decoded.bytes() : pickle;
    }

    int offset(int node) {
        return (int) (values[node] < 0 ? -1 - values[node] : values[node]);
    }

    /** The first cell of a list or tuple; {@link #NONE} if it is empty. */
    int firstCell(int sequence) {
        return (int) (values[sequence] >> Integer.SIZE);
    }

    /** The cell that follows, or {@link #NONE}. */
    int nextCell(int cell) {
        return cellNexts[cell];
    }

    int nodeOf(int cell) {
        return cellNodes[cell];
    }
}
