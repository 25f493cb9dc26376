package org.buckytools.hashring;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How carbon-c-relay compares two instances for {@code jump_fnv1a_ch}: as numbers if C's {@code strtol} reads both to the end,
 * else as strings. Not an order in the sense of {@link java.util.Comparator}: 9, 10 and 1a go round in a circle, and the difference of
 * numbers is cut to 32 bits.
 */
final class RelayInstanceOrder {
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");
    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger GREATEST = BigInteger.valueOf(Long.MAX_VALUE);

    private RelayInstanceOrder() {}

    static int compare(String left, String right) {
        Optional<Long> leftNumber = number(left);
        Optional<Long> rightNumber = number(right);
        if (leftNumber.isPresent() && rightNumber.isPresent()) {
            return (int) (leftNumber.get() - rightNumber.get());
        }
        return PointRing.compareBytes(left, right);
    }

    /** As {@code strtol} does, what is too large becomes the largest number there is. */
    private static Optional<Long> number(String text) {
        if (!NUMBER.matcher(text).matches()) {
            return Optional.empty();
        }
        return Optional.of(new BigInteger(text).max(LEAST).min(GREATEST).longValue());
    }
}
