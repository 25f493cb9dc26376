package org.buckytools.hashring;

import java.math.BigInteger;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** What carbon-c-relay makes of an instance: when it reads its configuration, and when it puts members in order. */
final class RelayInstance {
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");
    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger GREATEST = BigInteger.valueOf(Long.MAX_VALUE);

    private RelayInstance() {}

    /**
     * The instance that the relay works with, where this one stands in its configuration (3.1 to 3.9): all digits are a number
     * of 32 bits there, so that {@code 01} becomes 1 and is hashed so.
     */
    static String read(String configured) {
        return DIGITS.matcher(configured).matches() ? Integer.toString((int) strtol(configured)) : configured;
    }

    /**
     * The order for {@code jump_fnv1a_ch}: as numbers if C's {@code strtol} reads both to the end, else as strings. Not an order
     * in the sense of {@link java.util.Comparator}: 9, 10 and 1a go round in a circle, and the difference of numbers is cut to
     * 32 bits.
     */
    static int compare(String left, String right) {
        OptionalLong leftNumber = number(left);
        OptionalLong rightNumber = number(right);
        if (leftNumber.isPresent() && rightNumber.isPresent()) {
            return (int) (leftNumber.getAsLong() - rightNumber.getAsLong());
        }
        return PointRing.compareBytes(left, right);
    }

    private static OptionalLong number(String text) {
        return NUMBER.matcher(text).matches() ? OptionalLong.of(strtol(text)) : OptionalLong.empty();
    }

    /** What is too large becomes the largest number there is. */
    private static long strtol(String number) {
        return new BigInteger(number).max(LEAST).min(GREATEST).longValue();
    }
}
