package org.buckytools.whisper;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How finely and for how long points are kept: one archive of a schema, written {@code 60s:30d} (step and span),
 * {@code 1m:2y} or {@code 60:1440} (plain numbers: seconds, and points).
 *
 * <p>Units are {@code s m h d w y} or any beginning of {@code seconds minutes hours days weeks years}; a year has 365
 * days.
 *
 * @param secondsPerPoint the step, 1 to 2^32 - 1
 * @param points at least 1
 */
public record Retention(long secondsPerPoint, int points) {
    private static final Pattern WITH_UNIT = Pattern.compile("([0-9]{1,19})([a-z]*)");
    private static final List<Unit> UNITS = List.of(
            new Unit("years", 365 * 86_400L),
            new Unit("weeks", 7 * 86_400L),
            new Unit("days", 86_400L),
            new Unit("hours", 3600L),
            new Unit("minutes", 60L),
            new Unit("seconds", 1L));

    private record Unit(String name, long seconds) {}

    public Retention {
        if (secondsPerPoint < 1 || secondsPerPoint > Point.MAX_TIME) {
            throw new IllegalArgumentException(
                    "step of " + secondsPerPoint + " seconds is outside 1 to " + Point.MAX_TIME);
        }
        if (points < 1) {
            throw new IllegalArgumentException("an archive needs at least one point, not " + points);
        }
    }

    /** How long points are kept, in seconds. */
    public long seconds() {
        return secondsPerPoint * points;
    }

    /**
     * Reads one definition.
     *
     * @throws IllegalArgumentException if it is malformed, or names no whole point
     */
    public static Retention parse(String definition) {
        String text = definition.strip();
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw invalid(definition, "expected STEP:SPAN as in 60s:30d, or SECONDS:POINTS");
        }
        Matcher step = WITH_UNIT.matcher(text.substring(0, colon));
        Matcher span = WITH_UNIT.matcher(text.substring(colon + 1));
        if (!step.matches()) {
            throw invalid(definition, "the step is a number and a unit, as in 60s");
        }
        if (!span.matches()) {
            throw invalid(definition, "after the colon comes a span as in 30d, or a number of points");
        }
        long secondsPerPoint = seconds(definition, step);
        if (secondsPerPoint < 1 || secondsPerPoint > Point.MAX_TIME) {
            throw invalid(definition, "the step must be 1 to " + Point.MAX_TIME + " seconds");
        }
        long points = span.group(2).isEmpty() ? amount(definition, span) : seconds(definition, span) / secondsPerPoint;
        if (points < 1 || points > Integer.MAX_VALUE) {
            throw invalid(
                    definition, "it makes " + points + " points, where 1 to " + Integer.MAX_VALUE + " can be kept");
        }
        return new Retention(secondsPerPoint, (int) points);
    }

    /**
     * Reads definitions that are separated by commas, as in carbon's {@code storage-schemas.conf}.
     *
     * @return in the order given, at least one
     * @throws IllegalArgumentException if one is malformed
     */
    public static List<Retention> parseList(String definitions) {
        List<Retention> result = new ArrayList<>();
        for (String definition : definitions.split(",", -1)) {
            result.add(parse(definition));
        }
        return List.copyOf(result);
    }

    private static long seconds(String definition, Matcher number) {
        long amount = amount(definition, number);
        String unit = number.group(2);
        if (unit.isEmpty()) {
            return amount;
        }
        for (Unit each : UNITS) {
            if (each.name.startsWith(unit)) {
                try {
                    return Math.multiplyExact(amount, each.seconds);
                } catch (ArithmeticException e) {
                    throw invalid(definition, number.group() + " is too long");
                }
            }
        }
        throw invalid(definition, "unknown unit '" + unit + "'; expected s, m, h, d, w or y");
    }

    private static long amount(String definition, Matcher number) {
        try {
            return Long.parseLong(number.group(1));
        } catch (NumberFormatException e) {
            throw invalid(definition, number.group() + " is too long");
        }
    }

    private static IllegalArgumentException invalid(String definition, String reason) {
        return new IllegalArgumentException("invalid retention '" + definition + "': " + reason);
    }

    /** A definition that {@link #parse} reads back, in the largest units that fit: {@code 1m:30d}. */
    @Override
    public String toString() {
        return withUnit(secondsPerPoint) + ":" + withUnit(seconds());
    }

    private static String withUnit(long seconds) {
        for (Unit each : UNITS) {
            if (seconds % each.seconds == 0) {
                return seconds / each.seconds + each.name.substring(0, 1);
            }
        }
        throw new AssertionError("every number of seconds is a multiple of one second");
    }
}
