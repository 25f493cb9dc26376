package org.buckytools.agent.inventory;

import java.util.Arrays;
import java.util.Optional;

/**
 * An expression for which no automaton is needed: characters and classes of characters one behind the other, perhaps behind {@code ^},
 * perhaps before {@code $}, all of ASCII, such as {@code ^servers\.web[0-3]}. Many expressions that people type are of this kind. It finds
 * exactly what RE2 would. Immutable.
 */
final class PlainPattern {
    /** More, not bound to one place, could be compared with every part of a long name again and again. */
    private static final int LONGEST_UNBOUND = 64;

    private static final String REPEATS = "*+?{";
    private static final String ANYTHING = ".*";
    private static final int BITS = 64;

    private final boolean atBeginning;
    private final boolean atEnd;

    /** Two words for each place, with the bits of the bytes that may stand there. */
    private final long[] places;

    private PlainPattern(boolean atBeginning, boolean atEnd, long[] places) {
        this.atBeginning = atBeginning;
        this.atEnd = atEnd;
        this.places = places;
    }

    /** The pattern of a correct expression; empty if it is not of this kind, or in doubt. */
    static Optional<PlainPattern> of(String expression) {
        boolean atBeginning = expression.startsWith("^");
        String rest = expression.substring(atBeginning ? 1 : 0);
        // What may be anything or nothing need not be looked for. Behind ^ it must not be a line break, so there it
        // stays.
        if (!atBeginning && rest.startsWith(ANYTHING)) {
            rest = rest.substring(ANYTHING.length());
        }
        if (rest.endsWith(ANYTHING) && !rest.endsWith("\\" + ANYTHING)) {
            rest = rest.substring(0, rest.length() - ANYTHING.length());
        }
        boolean atEnd = rest.endsWith("$") && !rest.endsWith("\\$") && !expression.endsWith(ANYTHING);
        if (atEnd) {
            rest = rest.substring(0, rest.length() - 1);
        }
        Parser parser = new Parser(rest);
        boolean isBound = atBeginning || atEnd;
        if (!parser.parse() || (!isBound && parser.count > LONGEST_UNBOUND)) {
            return Optional.empty();
        }
        return Optional.of(new PlainPattern(atBeginning, atEnd, Arrays.copyOf(parser.places, 2 * parser.count)));
    }

    /** Whether it is somewhere in a name, which is UTF-8. */
    boolean isIn(byte[] name, int length) {
        int last = length - places.length / 2;
        if (last < 0 || (atBeginning && atEnd && last > 0)) {
            return false;
        }
        int from = atEnd ? last : 0;
        int to = atBeginning ? 0 : last;
        for (int at = from; at <= to; at++) {
            if (stands(name, at)) {
                return true;
            }
        }
        return false;
    }

    private boolean stands(byte[] name, int at) {
        long[] allowed = places;
        for (int i = 0; i < allowed.length; i += 2) {
            byte b = name[at + i / 2];
            // Bytes of characters beyond ASCII are negative, and allowed nowhere.
            if (b < 0 || (allowed[i + b / BITS] & 1L << b) == 0) {
                return false;
            }
        }
        return true;
    }

    private static final class Parser {
        private final String text;
        private final long[] places;
        private int at;
        private int count;

        Parser(String text) {
            this.text = text;
            this.places = new long[2 * text.length()];
        }

        boolean parse() {
            while (at < text.length()) {
                char c = text.charAt(at++);
                boolean understood = switch (c) {
                    case '\\' ->
                        at < text.length()
                                && NamePattern.SPECIAL.indexOf(text.charAt(at)) >= 0
                                && allow(text.charAt(at++));
                    case '[' -> characterClass();
                    default -> NamePattern.SPECIAL.indexOf(c) < 0 && allow(c);
                };
                if (!understood || (at < text.length() && REPEATS.indexOf(text.charAt(at)) >= 0)) {
                    return false;
                }
                count++;
            }
            return true;
        }

        /** Letters, digits and ranges of them, {@code _} and {@code .}; at the first of them. */
        private boolean characterClass() {
            int first = at;
            while (at < text.length() && text.charAt(at) != ']') {
                char low = text.charAt(at++);
                char high = low;
                if (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']') {
                    high = text.charAt(at + 1);
                    at += 2;
                }
                if (!isPlain(low) || !isPlain(high)) {
                    return false;
                }
                for (char c = low; c <= high; c++) {
                    allow(c);
                }
            }
            return at > first && at++ < text.length();
        }

        private static boolean isPlain(char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
        }

        /** At the next place. */
        private boolean allow(char c) {
            if (c >= 0x80) {
                return false;
            }
            places[2 * count + c / BITS] |= 1L << c;
            return true;
        }
    }
}
