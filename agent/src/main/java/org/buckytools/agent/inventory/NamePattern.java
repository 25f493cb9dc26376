package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Arrays;
import java.util.Optional;

/**
 * An RE2 expression that is looked for in names. What it says about their beginning is known, so that a sorted list need be
 * read only where that is.
 *
 * <p>Expressions come from strangers. RE2 takes linear time over names, but counted repetitions within one another
 * ({@code ((a{1000}){1000}){1000}}) multiply while it compiles them, so the size is estimated before.
 */
final class NamePattern {
    /** Instructions; a list of 10,000 alternatives of 60 characters has 600,000. Each takes some 50 bytes. */
    private static final long LARGEST = 1_000_000;

    /** Characters that mean themselves only behind a backslash. */
    static final String SPECIAL = "\\.+*?()|[]{}^$";

    private final Pattern pattern;
    private final Optional<PlainPattern> plain;
    private final byte[] beginning;

    private NamePattern(Pattern pattern, Optional<PlainPattern> plain, byte[] beginning) {
        this.pattern = pattern;
        this.plain = plain;
        this.beginning = beginning;
    }

    /**
     * Compiles an expression.
     *
     * @throws IllegalArgumentException if it is not RE2 syntax, or enormous
     */
    static NamePattern compile(String expression) {
        if (RepetitionSize.of(expression) > LARGEST) {
            throw new IllegalArgumentException("the expression is too large, with its repetitions multiplied out");
        }
        try {
            return new NamePattern(
                    Pattern.compile(expression),
                    PlainPattern.of(expression),
                    beginningOf(expression).getBytes(US_ASCII));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("the expression has too many parentheses within one another", e);
        }
    }

    /** What all names begin with in which this can be found; often nothing. Not to be changed. */
    byte[] beginning() {
        return beginning;
    }

    /** Literal characters behind a leading {@code ^}. In doubt fewer than there are. */
    private static String beginningOf(String expression) {
        if (!expression.startsWith("^") || mayHaveAlternatives(expression)) {
            return "";
        }
        StringBuilder literal = new StringBuilder();
        int at = 1;
        while (at < expression.length()) {
            char c = expression.charAt(at);
            boolean escaped = c == '\\' && at + 1 < expression.length();
            char meant = escaped ? expression.charAt(at + 1) : c;
            // An escaped letter or digit is a class or something else; an escaped special character is itself.
            if (meant >= 0x80 || escaped != (SPECIAL.indexOf(meant) >= 0)) {
                break;
            }
            literal.append(meant);
            at += escaped ? 2 : 1;
        }
        // What follows may say that the last character need not be there.
        if (at < expression.length() && "*?{".indexOf(expression.charAt(at)) >= 0 && !literal.isEmpty()) {
            literal.setLength(literal.length() - 1);
        }
        return literal.toString();
    }

    /** Whether there is a {@code |} outside of parentheses, perhaps. */
    private static boolean mayHaveAlternatives(String expression) {
        int depth = 0;
        boolean certain = true;
        for (int i = 0; i < expression.length(); i++) {
            switch (expression.charAt(i)) {
                case '\\' -> {
                    i++;
                    certain &= i < expression.length() && expression.charAt(i) != 'Q';
                }
                // In a class, parentheses mean nothing.
                case '[' -> certain = false;
                case '(' -> depth++;
                case ')' -> depth--;
                case '|' -> {
                    if (depth == 0 || !certain) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    /** A new finder, for one thread. */
    Finder finder() {
        return new Finder(pattern, plain);
    }

    /** Looks for the expression in one name after the other. */
    static final class Finder {
        private static final int COMMON_LENGTH = 512;

        private final Optional<PlainPattern> plain;
        private final Matcher matcher;
        // The matcher takes whole arrays only. One of each length will do, since it is done with a name before the
        // next.
        private final byte[][] ofLength = new byte[COMMON_LENGTH][];

        private Finder(Pattern pattern, Optional<PlainPattern> plain) {
            this.plain = plain;
            this.matcher = pattern.matcher(new byte[0]);
        }

        boolean isIn(byte[] name, int length) {
            if (plain.isPresent()) {
                return plain.get().isIn(name, length);
            }
            byte[] whole;
            if (length >= COMMON_LENGTH) {
                whole = Arrays.copyOf(name, length);
            } else {
                whole = ofLength[length];
                if (whole == null) {
                    whole = new byte[length];
                    ofLength[length] = whole;
                }
                System.arraycopy(name, 0, whole, 0, length);
            }
            return matcher.reset(whole).find();
        }
    }
}
