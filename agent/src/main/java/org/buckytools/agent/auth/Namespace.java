package org.buckytools.agent.auth;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A namespace of a token, which Go daemons give to {@code filepath.Match} with the whole dotted name: {@code *} stands for any
 * text, dots included, {@code ?} for one character, {@code [a-c]} and {@code [^a-c]} for one of, or none of, these, and a
 * backslash takes the meaning from what follows it. Matching takes at most the product of both lengths in steps.
 */
final class Namespace {
    private final List<Element> elements;

    private Namespace(List<Element> elements) {
        this.elements = elements;
    }

    private sealed interface Element {
        boolean matches(int character);
    }

    /** Any number of characters, none included. */
    private record AnyText() implements Element {
        @Override
        public boolean matches(int character) {
            return true;
        }
    }

    private record AnyOne() implements Element {
        @Override
        public boolean matches(int character) {
            return true;
        }
    }

    private record Literal(int wanted) implements Element {
        @Override
        public boolean matches(int character) {
            return character == wanted;
        }
    }

    private record OneOf(boolean negated, List<Range> ranges) implements Element {
        @Override
        public boolean matches(int character) {
            return ranges.stream().anyMatch(range -> range.from() <= character && character <= range.to()) != negated;
        }
    }

    private record Range(int from, int to) {}

    /** Reads a pattern; empty if it is malformed, as which it matches nothing in Go either. */
    static Optional<Namespace> parse(String text) {
        return new Parser(requireNonNull(text, "text is null").codePoints().toArray()).parse();
    }

    /** Whether it stands for the whole of {@code name}. */
    boolean matches(String name) {
        int[] characters = name.codePoints().toArray();
        int at = 0;
        int element = 0;
        // Where to go on when the text that the latest star stands for must be longer.
        int starElement = -1;
        int starAt = 0;
        while (at < characters.length) {
            if (element < elements.size() && elements.get(element) instanceof AnyText) {
                starElement = element++;
                starAt = at;
            } else if (element < elements.size() && elements.get(element).matches(characters[at])) {
                element++;
                at++;
            } else if (starElement >= 0) {
                element = starElement + 1;
                at = ++starAt;
            } else {
                return false;
            }
        }
        while (element < elements.size() && elements.get(element) instanceof AnyText) {
            element++;
        }
        return element == elements.size();
    }

    private static final class Parser {
        private static final int MALFORMED = -1;

        private final int[] text;
        private final List<Element> elements = new ArrayList<>();
        private int at;

        Parser(int[] text) {
            this.text = text;
        }

        Optional<Namespace> parse() {
            while (at < text.length) {
                Optional<Element> element = next();
                if (element.isEmpty()) {
                    return Optional.empty();
                }
                elements.add(element.get());
            }
            return Optional.of(new Namespace(List.copyOf(elements)));
        }

        private Optional<Element> next() {
            return switch (text[at]) {
                case '*' -> {
                    at++;
                    yield Optional.of(new AnyText());
                }
                case '?' -> {
                    at++;
                    yield Optional.of(new AnyOne());
                }
                case '[' -> {
                    at++;
                    yield oneOf();
                }
                default -> {
                    int literal = escaped();
                    yield literal == MALFORMED ? Optional.empty() : Optional.of(new Literal(literal));
                }
            };
        }

        private Optional<Element> oneOf() {
            boolean negated = at < text.length && text[at] == '^';
            if (negated) {
                at++;
            }
            List<Range> ranges = new ArrayList<>();
            while (ranges.isEmpty() || at >= text.length || text[at] != ']') {
                int from = bound();
                int to = from;
                if (at < text.length && text[at] == '-') {
                    at++;
                    to = bound();
                }
                if (from == MALFORMED || to == MALFORMED) {
                    return Optional.empty();
                }
                ranges.add(new Range(from, to));
            }
            at++;
            return Optional.of(new OneOf(negated, List.copyOf(ranges)));
        }

        private int bound() {
            return at < text.length && (text[at] == '-' || text[at] == ']') ? MALFORMED : escaped();
        }

        private int escaped() {
            if (at < text.length && text[at] == '\\') {
                at++;
            }
            return at < text.length ? text[at++] : MALFORMED;
        }
    }
}
