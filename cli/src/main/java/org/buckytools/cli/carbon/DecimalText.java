package org.buckytools.cli.carbon;

/** Numbers that come as text: whether they are any, without making an object of them. */
public final class DecimalText {
    /** Longest number that is taken for one, in bytes. No double needs more than 1,100 or so, and senders write 20. */
    private static final int LONGEST = 1100;

    private DecimalText() {}

    /** Whether {@code bytes[from, end)} is a decimal number: sign, digits with a point or without, exponent. */
    public static boolean isNumber(byte[] bytes, int from, int end) {
        if (end - from > LONGEST) {
            return false;
        }
        int at = from < end && (bytes[from] == '-' || bytes[from] == '+') ? from + 1 : from;
        int whole = endOfDigits(bytes, at, end);
        int digits = whole - at;
        at = whole;
        if (at < end && bytes[at] == '.') {
            int fraction = endOfDigits(bytes, at + 1, end);
            digits += fraction - at - 1;
            at = fraction;
        }
        if (digits == 0) {
            return false;
        }
        if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
            at++;
            if (at < end && (bytes[at] == '-' || bytes[at] == '+')) {
                at++;
            }
            int exponent = endOfDigits(bytes, at, end);
            if (exponent == at) {
                return false;
            }
            at = exponent;
        }
        return at == end;
    }

    private static int endOfDigits(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at;
    }

    /** The number that stands there, which must be a sign or none and 1 to 18 digits. */
    public static long parseLong(byte[] bytes, int from, int end) {
        boolean signed = bytes[from] == '-' || bytes[from] == '+';
        long value = 0;
        for (int i = signed ? from + 1 : from; i < end; i++) {
            value = value * 10 + (bytes[i] - '0');
        }
        return bytes[from] == '-' ? -value : value;
    }
}
