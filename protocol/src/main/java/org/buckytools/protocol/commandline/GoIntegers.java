package org.buckytools.protocol.commandline;

/**
 * Whole numbers as Go's {@code flag} package reads them: {@code 1000}, {@code 1_000}, {@code 0x3e8}, {@code 0b11},
 * {@code 0o17}, {@code 017}.
 */
public final class GoIntegers {
    private static final int DECIMAL = 10;
    private static final int OCTAL = 8;
    private static final int HEXADECIMAL = 16;

    private GoIntegers() {}

    /**
     * The number.
     *
     * @throws IllegalArgumentException if it is none, or does not fit into 64 bits, with a text for the user
     */
    public static long parse(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String digits = signed ? text.substring(1) : text;
        int radix = DECIMAL;
        int prefix = 0;
        if (digits.length() > 1 && digits.charAt(0) == '0') {
            switch (digits.charAt(1)) {
                case 'x', 'X' -> radix = HEXADECIMAL;
                case 'o', 'O' -> radix = OCTAL;
                case 'b', 'B' -> radix = 2;
                default -> {
                    // Only the zero, which counts as a digit before an underscore.
                    radix = OCTAL;
                    prefix = 1;
                }
            }
            prefix = prefix == 1 ? 1 : 2;
        }
        String value = digits.substring(prefix);
        // An underscore stands between two digits or after the prefix.
        boolean separated = value.endsWith("_") || value.contains("__") || (prefix == 0 && value.startsWith("_"));
        boolean doublySigned = value.startsWith("-") || value.startsWith("+");
        if (separated || doublySigned) {
            throw notANumber(text, null);
        }
        try {
            return Long.parseLong((text.startsWith("-") ? "-" : "") + value.replace("_", ""), radix);
        } catch (NumberFormatException e) {
            throw notANumber(text, e);
        }
    }

    private static IllegalArgumentException notANumber(String text, NumberFormatException cause) {
        return new IllegalArgumentException("\"" + text + "\" is not a whole number of 64 bits", cause);
    }
}
