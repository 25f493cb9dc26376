package org.buckytools.cli.option;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.buckytools.cli.UserFacingException;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.json.Json;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which metrics are meant; the one place that understands names, {@code -r}, {@code --regex} and {@code -}. */
public final class MetricSelection {
    private static final String STANDARD_INPUT = "-";

    @Parameters(
            arity = "0..*",
            paramLabel = "METRIC",
            description = "Names of metrics; - for a JSON array of names on standard input.")
    List<String> arguments = new ArrayList<>();

    @Option(names = "-r", description = "The argument is a regular expression (RE2), found anywhere in the name.")
    boolean argumentIsExpression;

    @Option(
            names = "--regex",
            paramLabel = "REGEX",
            description = "Only metrics in whose names this regular expression (RE2) is found.")
    String regex;

    /** What is meant if nothing at all is given. */
    public enum WhenEmpty {
        /** Every metric. */
        ALL,
        /** A mistake. */
        REFUSE
    }

    /** Whether anything at all was typed. */
    public boolean isGiven() {
        return !arguments.isEmpty() || argumentIsExpression || regex != null;
    }

    /** Adds names that the command has an option of its own for. */
    public void add(List<String> names) {
        arguments.addAll(names);
    }

    /**
     * What was typed, checked.
     *
     * @param in standard input, read if the first name is {@code -}
     * @param rescan whether the daemons are to rescan their disks first
     */
    public MetricQuery query(WhenEmpty whenEmpty, InputStream in, boolean rescan) throws UserFacingException {
        Optional<String> expression = Optional.ofNullable(regex);
        List<String> names = arguments;
        if (argumentIsExpression) {
            if (arguments.size() != 1 || regex != null) {
                throw UserFacingException.usage(
                        "-r makes the argument an expression, so there must be exactly one",
                        "Quote it, or use --regex REGEX, which can be given together with names.");
            }
            expression = Optional.of(arguments.getFirst());
            names = List.of();
        }
        if (expression.isPresent()) {
            Expressions.check(expression.get());
        }
        if (expression.isEmpty() && names.isEmpty() && whenEmpty == WhenEmpty.REFUSE) {
            throw UserFacingException.usage(
                    "no metrics are given", "Give names, - for a JSON array on standard input, or --regex REGEX.");
        }
        return new MetricQuery(
                expression, names.isEmpty() ? Optional.empty() : Optional.of(distinct(names, in)), rescan);
    }

    private static List<String> distinct(List<String> names, InputStream in) throws UserFacingException {
        if (!names.getFirst().equals(STANDARD_INPUT)) {
            return List.copyOf(new LinkedHashSet<>(names));
        }
        if (names.size() > 1) {
            throw UserFacingException.usage("- reads the names from standard input, so no others can be given", "");
        }
        Set<String> read = new LinkedHashSet<>();
        try {
            Json.readTexts(in, "standard input", read::add);
        } catch (IOException e) {
            throw UserFacingException.usage(
                    e.getMessage(), "It must be a JSON array of names, as bucky list -j prints it.");
        }
        return List.copyOf(read);
    }
}
