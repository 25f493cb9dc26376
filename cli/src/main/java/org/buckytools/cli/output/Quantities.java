package org.buckytools.cli.output;

import java.time.Duration;

/** Numbers as people read them. Written out, as the first use of {@code String.format} takes a JVM milliseconds. */
public final class Quantities {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

    private Quantities() {}

    /** {@code 1,348}. */
    public static String count(long number) {
        StringBuilder digits = new StringBuilder().append(number);
        int first = number < 0 ? 1 : 0;
        for (int comma = digits.length() - 3; comma > first; comma -= 3) {
            digits.insert(comma, ',');
        }
        return digits.toString();
    }

    /** {@code 1 metric}, {@code 2 metrics}. */
    public static String count(long number, String one, String many) {
        return count(number) + " " + (number == 1 ? one : many);
    }

    /** Decimal units with three digits or so: {@code 873 MB}, {@code 1.8 GB}. */
    public static String bytes(double bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        boolean isSmall = unit > 0 && value < 9.95;
        return (isSmall ? tenths(value) : Long.toString(Math.round(value))) + " " + UNITS[unit];
    }

    /** {@code 0.8 s}, {@code 12 s}, {@code 3:07}, {@code 21:04:09}. */
    public static String time(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 10) {
            return tenths(duration.toMillis() / 1000.0) + " s";
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + ":" + twoDigits(seconds % 60);
        }
        return seconds / 3600 + ":" + twoDigits(seconds / 60 % 60) + ":" + twoDigits(seconds % 60);
    }

    /** With one decimal below ten: {@code 641}, {@code 3.2}. */
    public static String rate(double perSecond) {
        return perSecond < 9.95 ? tenths(perSecond) : count(Math.round(perSecond));
    }

    private static String tenths(double value) {
        long tenths = Math.round(value * 10);
        return tenths / 10 + "." + tenths % 10;
    }

    private static String twoDigits(long number) {
        return number < 10 ? "0" + number : Long.toString(number);
    }
}
