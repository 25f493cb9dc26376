package org.buckytools.cli.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.buckytools.cli.carbon.DecimalText;
import org.buckytools.cli.carbon.LineBuffer;
import org.buckytools.cli.pickle.PickleTree.Kind;

/**
 * Reads what carbon's senders pickle: numbers, texts, {@code None}, tuples and lists, in protocols 0 to 5. An instruction that
 * makes anything else is refused, which includes all that name a class, a function or an object from elsewhere, and all that a
 * pickler never writes for such data.
 *
 * <p>Nothing is allocated by a length that the pickle states. What is built is proportional to the bytes that are there: each
 * instruction makes at most one node. Opcodes are those of Python's {@code pickletools}.
 */
final class PickleReader {
    /** Lists and tuples in one another; points need three. */
    static final int DEEPEST = 32;

    private static final int NEWEST_PROTOCOL = 5;
    private static final int LONG_IN_64_BITS = 8;
    private static final int DIGITS_IN_64_BITS = 18;

    private static final VarHandle LITTLE_SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LITTLE_INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LITTLE_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] pickle;
    private final PickleTree tree;
    private int at;
    /** Where the instruction began that is being carried out. */
    private int opcodeAt;

    private int[] stack = new int[64];
    private int stackSize;
    private final int[] marks = new int[DEEPEST];
    private int markCount;
    private int[] memo = {};
    /** How many are in the memo, which is what {@code MEMOIZE} stores under. */
    private int memoCount;

    private PickleReader(byte[] pickle) {
        this.pickle = pickle;
        this.tree = new PickleTree(pickle);
    }

    /**
     * Reads a pickle. The tree refers to the array, which must not be changed while the tree is in use. What follows the pickle's
     * end is ignored, as in Python.
     */
    static PickleTree read(byte[] pickle) throws BadPickleException {
        PickleReader reader = new PickleReader(pickle);
        reader.run();
        return reader.tree;
    }

    private void run() throws BadPickleException {
        while (true) {
            opcodeAt = at;
            int opcode = unsignedByte();
            switch (opcode) {
                case '.' -> {
                    tree.setRoot(pop());
                    return;
                }
                case 0x80 -> protocol();
                case 0x95 -> frame();
                case '(' -> mark();
                case 'N' -> push(tree.addNothing());
                case 0x88 -> push(tree.addBoolean(true));
                case 0x89 -> push(tree.addBoolean(false));
                case 'I' -> textInteger(line());
                case 'L' -> textLong(line());
                case 'F' -> textFloat(line());
                case 'J' -> push(tree.addInteger(littleInt()));
                case 'K' -> push(tree.addInteger(unsignedByte()));
                case 'M' -> push(tree.addInteger(littleShort() & 0xffff));
                case 0x8a -> binaryLong(unsignedByte());
                case 0x8b -> binaryLong(littleInt());
                case 'G' -> push(tree.addFloat(bigDouble()));
                case 'S' -> quotedText(line());
                case 'V' -> escapedText(line());
                case 'U', 0x8c, 'C' -> text(unsignedByte());
                case 'T', 'X', 'B' -> text(littleInt());
                case 0x8d, 0x8e -> text(littleLong());
                case ')' -> push(tree.addSequence(Kind.TUPLE));
                case ']' -> push(tree.addSequence(Kind.LIST));
                case 0x85 -> sequenceOf(Kind.TUPLE, 1);
                case 0x86 -> sequenceOf(Kind.TUPLE, 2);
                case 0x87 -> sequenceOf(Kind.TUPLE, 3);
                case 't' -> sequenceOf(Kind.TUPLE, sinceMark());
                case 'l' -> sequenceOf(Kind.LIST, sinceMark());
                case 'a' -> append(1);
                case 'e' -> append(sinceMark());
                case 'p' -> memoize(memoKey(line()));
                case 'q' -> memoize(unsignedByte());
                case 'r' -> memoize(littleInt());
                case 0x94 -> memoize(memoCount);
                case 'g' -> recall(memoKey(line()));
                case 'h' -> recall(unsignedByte());
                case 'j' -> recall(littleInt());
                default -> throw bad(refusal(opcode));
            }
        }
    }

    /** The instructions that senders of points have no use for, by what they would do. */
    private static String refusal(int opcode) {
        String does = switch (opcode) {
            case 'c', 0x93 -> "names a class or function";
            case 'R' -> "calls a function";
            case 'b' -> "changes an object";
            case 'i', 'o', 0x81, 0x92 -> "makes an object";
            case 0x82, 0x83, 0x84 -> "makes an object that is registered under a number";
            case 'P', 'Q' -> "refers to an object outside";
            case '}', 'd', 's', 'u' -> "makes a dictionary";
            case 0x8f, 0x90, 0x91 -> "makes a set";
            case 0x96, 0x97, 0x98 -> "uses a buffer";
            case '0', '1', '2' -> "shuffles the stack";
            default -> "does not exist";
        };
        return String.format("instruction 0x%02x, which %s, is refused", opcode, does);
    }

    private BadPickleException bad(String what) {
        return new BadPickleException(what, opcodeAt);
    }

    private void need(long count) throws BadPickleException {
        if (count < 0 || count > pickle.length - at) {
            throw bad("the pickle ends inside an instruction");
        }
    }

    private int unsignedByte() throws BadPickleException {
        need(1);
        return pickle[at++] & 0xff;
    }

    private short littleShort() throws BadPickleException {
        need(Short.BYTES);
        short value = (short) LITTLE_SHORT.get(pickle, at);
        at += Short.BYTES;
        return value;
    }

    private int littleInt() throws BadPickleException {
        need(Integer.BYTES);
        int value = (int) LITTLE_INT.get(pickle, at);
        at += Integer.BYTES;
        return value;
    }

    private long littleLong() throws BadPickleException {
        need(Long.BYTES);
        long value = (long) LITTLE_LONG.get(pickle, at);
        at += Long.BYTES;
        return value;
    }

    private double bigDouble() throws BadPickleException {
        need(Double.BYTES);
        long bits = (long) BIG_LONG.get(pickle, at);
        at += Double.BYTES;
        return Double.longBitsToDouble(bits);
    }

    /** Skips a line and returns where it ends; it begins after the opcode. */
    private int line() throws BadPickleException {
        int end = at;
        while (end < pickle.length && pickle[end] != '\n') {
            end++;
        }
        need(end - at + 1L);
        at = end + 1;
        return end;
    }

    private void protocol() throws BadPickleException {
        int version = unsignedByte();
        if (version > NEWEST_PROTOCOL) {
            throw bad("protocol " + version + " is not known");
        }
    }

    /** A frame only says how many bytes to read ahead, and they are all here. */
    private void frame() throws BadPickleException {
        need(littleLong());
    }

    private void mark() throws BadPickleException {
        if (markCount == marks.length) {
            throw bad("more than " + DEEPEST + " lists and tuples are begun in one another");
        }
        marks[markCount++] = stackSize;
    }

    private void push(int node) {
        if (stackSize == stack.length) {
            stack = Arrays.copyOf(stack, stackSize + (stackSize >> 1));
        }
        stack[stackSize++] = node;
    }

    /** Fails where there are not so many above the last mark. */
    private void needOnStack(int count) throws BadPickleException {
        int floor = markCount == 0 ? 0 : marks[markCount - 1];
        if (stackSize - floor < count) {
            throw bad("there is nothing to work on");
        }
    }

    private int pop() throws BadPickleException {
        needOnStack(1);
        return stack[--stackSize];
    }

    /** Takes the last mark away and returns how much stands above it. */
    private int sinceMark() throws BadPickleException {
        if (markCount == 0) {
            throw bad("there is no mark");
        }
        return stackSize - marks[--markCount];
    }

    private void sequenceOf(Kind kind, int count) throws BadPickleException {
        needOnStack(count);
        int sequence = tree.addSequence(kind);
        appendTop(sequence, count);
        push(sequence);
    }

    private void append(int count) throws BadPickleException {
        needOnStack(count + 1);
        int list = stack[stackSize - count - 1];
        if (tree.kind(list) != Kind.LIST) {
            throw bad("there is no list to append to");
        }
        appendTop(list, count);
    }

    private void appendTop(int sequence, int count) throws BadPickleException {
        for (int i = stackSize - count; i < stackSize; i++) {
            tree.append(sequence, stack[i]);
        }
        stackSize -= count;
        if (tree.depth(sequence) > DEEPEST) {
            throw bad("more than " + DEEPEST + " lists and tuples are in one another");
        }
    }

    private int memoKey(int end) throws BadPickleException {
        int from = opcodeAt + 1;
        if (end == from || end - from > DIGITS_IN_64_BITS || !isDigits(from, end)) {
            throw bad("a number of the memo is malformed");
        }
        return (int) Math.min(Integer.MAX_VALUE, DecimalText.parseLong(pickle, from, end));
    }

    private boolean isDigits(int from, int end) {
        for (int i = from; i < end; i++) {
            if (pickle[i] < '0' || pickle[i] > '9') {
                return false;
            }
        }
        return true;
    }

    private String ascii(int from, int end) {
        return new String(pickle, from, end - from, ISO_8859_1);
    }

    /** Picklers count objects from 0 or 1 on, so a number above that of the bytes is none of theirs. */
    private void memoize(int key) throws BadPickleException {
        if (key < 0 || key > pickle.length) {
            throw bad("a number of the memo is too large");
        }
        needOnStack(1);
        if (key >= memo.length) {
            int length = memo.length;
            memo = Arrays.copyOf(memo, Math.max(key + 1, Math.max(16, length + (length >> 1))));
            Arrays.fill(memo, length, memo.length, PickleTree.NONE);
        }
        memoCount += memo[key] == PickleTree.NONE ? 1 : 0;
        memo[key] = stack[stackSize - 1];
    }

    private void recall(int key) throws BadPickleException {
        if (key < 0 || key >= memo.length || memo[key] == PickleTree.NONE) {
            throw bad("the memo has nothing under this number");
        }
        push(memo[key]);
    }

    private void text(long length) throws BadPickleException {
        need(length);
        push(tree.addRange(Kind.TEXT, at, (int) length));
        at += (int) length;
    }

    private void textInteger(int end) throws BadPickleException {
        int from = opcodeAt + 1;
        // Protocols 0 and 1 write True and False so.
        if (end - from == 2 && pickle[from] == '0' && (pickle[from + 1] == '0' || pickle[from + 1] == '1')) {
            push(tree.addBoolean(pickle[from + 1] == '1'));
        } else {
            textInteger(from, end);
        }
    }

    private void textInteger(int from, int end) throws BadPickleException {
        boolean signed = from < end && pickle[from] == '-';
        int digits = signed ? from + 1 : from;
        if (digits == end || !isDigits(digits, end)) {
            throw bad("a whole number is malformed");
        }
        if (end - digits <= DIGITS_IN_64_BITS) {
            push(tree.addInteger(DecimalText.parseLong(pickle, from, end)));
        } else {
            push(tree.addRange(Kind.DECIMAL, from, end - from));
        }
    }

    private void textLong(int end) throws BadPickleException {
        boolean marked = end > opcodeAt + 1 && pickle[end - 1] == 'L';
        textInteger(opcodeAt + 1, marked ? end - 1 : end);
    }

    private void binaryLong(int length) throws BadPickleException {
        need(length);
        if (length <= LONG_IN_64_BITS) {
            long value = 0;
            for (int i = length - 1; i >= 0; i--) {
                // The highest byte carries the sign.
                value = i == length - 1 ? pickle[at + i] : value << Byte.SIZE | (pickle[at + i] & 0xff);
            }
            push(tree.addInteger(value));
        } else {
            push(tree.addRange(Kind.LONG, at, length));
        }
        at += length;
    }

    private void textFloat(int end) throws BadPickleException {
        int from = opcodeAt + 1;
        if (DecimalText.isNumber(pickle, from, end)) {
            push(tree.addRange(Kind.DECIMAL, from, end - from));
        } else {
            switch (end - from > 4 ? "" : ascii(from, end)) {
                case "inf" -> push(tree.addFloat(Double.POSITIVE_INFINITY));
                case "-inf" -> push(tree.addFloat(Double.NEGATIVE_INFINITY));
                case "nan", "-nan" -> push(tree.addFloat(Double.NaN));
                default -> throw bad("a fraction is malformed");
            }
        }
    }

    /** Protocol 0 of Python 2 writes texts as they stand in a program: {@code 'it\'s'}. */
    private void quotedText(int end) throws BadPickleException {
        int from = opcodeAt + 1;
        int close = end - 1;
        if (close <= from || (pickle[from] != '\'' && pickle[from] != '"') || pickle[close] != pickle[from]) {
            throw bad("a text is not in quotes");
        }
        int escape = indexOf('\\', from + 1, close);
        if (escape == close) {
            push(tree.addRange(Kind.TEXT, from + 1, close - from - 1));
            return;
        }
        LineBuffer out = tree.decoded();
        int start = out.length();
        out.put(pickle, from + 1, escape - from - 1);
        int i = escape;
        while (i < close) {
            int c = pickle[i++];
            if (c != '\\') {
                out.put(c);
                continue;
            }
            if (i == close) {
                throw bad("a text ends inside an escape");
            }
            int kind = pickle[i++];
            if (kind == 'x') {
                out.put(hexadecimal(i, 2, close));
                i += 2;
            } else {
                out.put(plainEscape(kind));
            }
        }
        push(tree.addDecoded(start));
    }

    /** Python's {@code repr} writes these and no others. */
    private int plainEscape(int kind) throws BadPickleException {
        return switch (kind) {
            case '\\', '\'', '"' -> kind;
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> throw bad("a text has an escape that is not known");
        };
    }

    private int hexadecimal(int from, int digits, int end) throws BadPickleException {
        if (end - from < digits) {
            throw bad("a text ends inside an escape");
        }
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = Character.digit(pickle[i], 16);
            if (digit < 0) {
                throw bad("a text has a malformed escape");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private int indexOf(char c, int from, int end) {
        int i = from;
        while (i < end && pickle[i] != c) {
            i++;
        }
        return i;
    }

    /** Protocol 0 writes Unicode so: Latin-1, and {@code \}{@code u20ac} or {@code \U0001f600} for the rest. */
    private void escapedText(int end) throws BadPickleException {
        int from = opcodeAt + 1;
        int plain = from;
        while (plain < end && pickle[plain] != '\\' && pickle[plain] >= 0) {
            plain++;
        }
        if (plain == end) {
            push(tree.addRange(Kind.TEXT, from, end - from));
            return;
        }
        LineBuffer out = tree.decoded();
        int start = out.length();
        out.put(pickle, from, plain - from);
        int i = plain;
        while (i < end) {
            int character = pickle[i++] & 0xff;
            if (character == '\\' && i < end && (pickle[i] == 'u' || pickle[i] == 'U')) {
                int digits = pickle[i++] == 'u' ? 4 : 8;
                character = hexadecimal(i, digits, end);
                i += digits;
            }
            putUtf8(out, character);
        }
        push(tree.addDecoded(start));
    }

    /** Halves of characters are written as they are, and make a name that is refused later. */
    private void putUtf8(LineBuffer out, int character) throws BadPickleException {
        if (character < 0 || character > Character.MAX_CODE_POINT) {
            throw bad("a text has a character that does not exist");
        }
        if (character < 0x80) {
            out.put(character);
        } else if (character < 0x800) {
            out.put(0xc0 | character >> 6).put(0x80 | (character & 0x3f));
        } else if (character < 0x10000) {
            out.put(0xe0 | character >> 12).put(0x80 | (character >> 6 & 0x3f)).put(0x80 | (character & 0x3f));
        } else {
            out.put(0xf0 | character >> 18)
                    .put(0x80 | (character >> 12 & 0x3f))
                    .put(0x80 | (character >> 6 & 0x3f))
                    .put(0x80 | (character & 0x3f));
        }
    }
}
