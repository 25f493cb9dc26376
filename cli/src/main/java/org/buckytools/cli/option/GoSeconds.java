package org.buckytools.cli.option;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.buckytools.protocol.commandline.GoIntegers;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a time that is meant in seconds: {@code 60}, or as Go writes durations, {@code 60s} or {@code 1m30s}. {@code 60ns} is 60
 * seconds: the Go program multiplies its duration by a second, so this is how it had to be called.
 */
public final class GoSeconds implements ITypeConverter<Duration> {
    private static final Pattern DURATION = Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?");
    private static final String NANOSECONDS = "ns";

    @Override
    public Duration convert(String value) {
        String digits = value.endsWith(NANOSECONDS) ? value.substring(0, value.length() - NANOSECONDS.length()) : value;
        try {
            Matcher parts = DURATION.matcher(digits);
            if (!digits.isEmpty() && parts.matches()) {
                return Duration.ofHours(number(parts.group(1)))
                        .plusMinutes(number(parts.group(2)))
                        .plusSeconds(number(parts.group(3)));
            }
            long seconds = GoIntegers.parse(digits);
            if (seconds >= 0) {
                return Duration.ofSeconds(seconds);
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw malformed(value);
        }
        throw malformed(value);
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static TypeConversionException malformed(String value) {
        return new TypeConversionException("\"" + value + "\" is not a time; expected seconds, such as 60 or 60s");
    }
}
