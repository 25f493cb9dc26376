package org.buckytools.cli.carbon;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.checkFromIndexSize;

import java.util.Arrays;

/** Bytes that become lines. Grows as needed; numbers are written into it without an object for each. */
public final class LineBuffer {
    /** Longest decimal of a {@code long}, {@code -9223372036854775808}. */
    private static final int LONG_DIGITS = 20;

    /** Up to here every whole number of tenths, hundredths and so on is another {@code double}. */
    private static final double FIFTEEN_DIGITS = 1e15;

    /** The scale is a {@code long}. */
    private static final int MOST_DECIMALS = 18;

    private static final double SMALLEST_SCALED = 1e-4;

    /** Python's {@code repr} writes numbers from here on with an exponent. */
    private static final int LARGEST_PLAIN_EXPONENT = 15;

    private static final int SMALLEST_PLAIN_EXPONENT = -4;

    private static final byte[] SMALLEST_LONG = Long.toString(Long.MIN_VALUE).getBytes(US_ASCII);

    private final StringBuilder shortest = new StringBuilder();
    private byte[] bytes;
    private int length;

    /** An empty one with room for this many bytes. */
    public LineBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    /** What has been written, from index 0 on; valid until the next write. */
    public byte[] bytes() {
        return bytes;
    }

    /** How much has been written. */
    public int length() {
        return length;
    }

    /** Forgets what was written after this length. */
    public void truncate(int newLength) {
        checkFromIndexSize(0, newLength, length);
        length = newLength;
    }

    /** A copy of what has been written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void reserve(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length + (bytes.length >> 1)));
        }
    }

    /** One byte. */
    public LineBuffer put(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /** Some bytes of an array. */
    public LineBuffer put(byte[] source, int from, int count) {
        reserve(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
        return this;
    }

    /** All bytes of an array. */
    public LineBuffer put(byte[] source) {
        return put(source, 0, source.length);
    }

    /** Text that is ASCII. */
    public LineBuffer putAscii(CharSequence text) {
        int count = text.length();
        reserve(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    /** A whole number in decimal. */
    public LineBuffer putLong(long value) {
        if (value == Long.MIN_VALUE) {
            return put(SMALLEST_LONG);
        }
        reserve(LONG_DIGITS);
        long rest = value;
        if (rest < 0) {
            bytes[length++] = '-';
            rest = -rest;
        }
        int end = length + digits(rest);
        int at = end;
        do {
            long quotient = rest / 10;
            bytes[--at] = (byte) ('0' + (rest - quotient * 10));
            rest = quotient;
        } while (rest != 0);
        length = end;
        return this;
    }

    private static int digits(long value) {
        int digits = 1;
        long limit = 10;
        while (digits < LONG_DIGITS - 1 && value >= limit) {
            digits++;
            limit *= 10;
        }
        return digits;
    }

    /** A number as Python's {@code repr} writes it: the fewest digits that read back to the same, {@code 1.0}, {@code 1e+16}. */
    public LineBuffer putDouble(double value) {
        if (Double.isNaN(value)) {
            return putAscii("nan");
        }
        double magnitude = Math.abs(value);
        if (Double.doubleToRawLongBits(value) < 0) {
            put('-');
        }
        if (magnitude == Double.POSITIVE_INFINITY) {
            return putAscii("inf");
        }
        if (magnitude < FIFTEEN_DIGITS && magnitude == (long) magnitude) {
            return putLong((long) magnitude).put('.').put('0');
        }
        return magnitude >= SMALLEST_SCALED && magnitude < FIFTEEN_DIGITS && putScaled(magnitude)
                ? this
                : putShortest(magnitude);
    }

    /**
     * Nearly all values have a few decimals only. Of the decimals with at most 15 digits no two are the same double, and a
     * quotient is rounded correctly: so if {@code whole / scale} gives the value, these are its digits, and as no smaller scale
     * did, they are the fewest.
     */
    private boolean putScaled(double magnitude) {
        int decimals = 1;
        long scale = 10;
        while (true) {
            double whole = Math.rint(magnitude * scale);
            if (whole >= FIFTEEN_DIGITS || decimals > MOST_DECIMALS) {
                return false;
            }
            if (whole / scale == magnitude) {
                long digits = (long) whole;
                putLong(digits / scale).put('.');
                long fraction = digits % scale;
                reserve(decimals);
                for (int i = length + decimals - 1; i >= length; i--) {
                    bytes[i] = (byte) ('0' + fraction % 10);
                    fraction /= 10;
                }
                length += decimals;
                return true;
            }
            decimals++;
            scale *= 10;
        }
    }

    /** Takes Java's digits and sets point and exponent as Python does. */
    private LineBuffer putShortest(double magnitude) {
        shortest.setLength(0);
        shortest.append(magnitude);
        int exponentAt = shortest.indexOf("E");
        int end = exponentAt < 0 ? shortest.length() : exponentAt;
        int shift = exponentAt < 0 ? 0 : Integer.parseInt(shortest, exponentAt + 1, shortest.length(), 10);
        int point = shortest.indexOf(".");
        shortest.setLength(end);
        shortest.deleteCharAt(point);
        while (shortest.length() > 1 && shortest.charAt(shortest.length() - 1) == '0') {
            shortest.setLength(shortest.length() - 1);
        }
        int leadingZeros = 0;
        while (shortest.charAt(leadingZeros) == '0') {
            leadingZeros++;
        }
        shortest.delete(0, leadingZeros);
        int exponent = point - 1 + shift - leadingZeros;
        int digits = shortest.length();
        if (exponent < SMALLEST_PLAIN_EXPONENT || exponent > LARGEST_PLAIN_EXPONENT) {
            put(shortest.charAt(0));
            if (digits > 1) {
                put('.').putAscii(shortest.subSequence(1, digits));
            }
            put('e').put(exponent < 0 ? '-' : '+');
            int size = Math.abs(exponent);
            return (size < 10 ? put('0') : this).putLong(size);
        }
        if (exponent < 0) {
            putAscii("0.");
            for (int i = -1; i > exponent; i--) {
                put('0');
            }
            return putAscii(shortest);
        }
        for (int i = 0; i < Math.max(digits, exponent + 1); i++) {
            if (i == exponent + 1) {
                put('.');
            }
            put(i < digits ? shortest.charAt(i) : '0');
        }
        return digits > exponent + 1 ? this : put('.').put('0');
    }
}
