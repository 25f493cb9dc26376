package org.buckytools.protocol.commandline;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rewrites arguments from the spellings that Go's {@code flag} package takes into the one that the parser behind knows: one
 * dash or two before every flag, {@code -x v} and {@code -x=v}, switches also as {@code -x=true} and {@code -x=false}, the last
 * one counting. Unlike in Go, flags may also follow the arguments that are none, up to {@code --}.
 */
public final class GoArguments {
    private final Map<String, Flag> flags;

    /**
     * One flag, under one of its names.
     *
     * @param spelling what the parser behind knows it by, {@code -w} or {@code --workers}; the same for all its names
     * @param isSwitch whether it stands alone instead of taking a value
     * @param off what turns a switch off, {@code --no-x}; empty if leaving it out does that
     */
    public record Flag(String spelling, boolean isSwitch, Optional<String> off) {
        public Flag {
            requireNonNull(spelling, "spelling is null");
            requireNonNull(off, "off is null");
            if (off.isPresent() && !isSwitch) {
                throw new IllegalArgumentException(spelling + " takes a value, so nothing turns it off");
            }
        }
    }

    /** {@code flags} by name, without dashes; a flag with several names stands there under each. */
    public GoArguments(Map<String, Flag> flags) {
        this.flags = Map.copyOf(flags);
    }

    /**
     * The same arguments with every flag as {@code spelling} or {@code spelling=value}; switches come first.
     *
     * @throws IllegalArgumentException if there is no such flag, or a switch is given a value that is not a boolean, with a text
     *     for the user: a parser would complain of a missing argument first
     */
    public List<String> normalise(List<String> arguments) {
        // By their spelling, what is to be said of them.
        Map<String, Optional<String>> switches = new LinkedHashMap<>();
        List<String> others = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--")) {
                others.addAll(arguments.subList(i, arguments.size()));
                break;
            }
            int equals = argument.indexOf('=');
            Flag flag = flags.get(nameOf(equals < 0 ? argument : argument.substring(0, equals)));
            if (flag == null) {
                if (argument.length() > 1 && argument.startsWith("-")) {
                    throw new IllegalArgumentException(
                            "Unknown option: '" + (equals < 0 ? argument : argument.substring(0, equals)) + "'");
                }
                others.add(argument);
            } else if (flag.isSwitch()) {
                boolean isOn = equals < 0 || booleanOf(argument, equals);
                switches.put(flag.spelling(), isOn ? Optional.of(flag.spelling()) : flag.off());
            } else if (equals >= 0) {
                others.add(flag.spelling() + argument.substring(equals));
            } else if (i + 1 < arguments.size()) {
                // Whatever it is: Go takes a value that looks like a flag, too.
                i++;
                others.add(flag.spelling() + "=" + arguments.get(i));
            } else {
                others.add(flag.spelling());
            }
        }
        List<String> normalised = new ArrayList<>();
        switches.values().forEach(said -> said.ifPresent(normalised::add));
        normalised.addAll(others);
        return normalised;
    }

    /** The flag's name without its one or two dashes; empty, which no flag is called, where it has neither. */
    private static String nameOf(String argument) {
        if (argument.startsWith("--")) {
            return argument.substring(2);
        }
        return argument.startsWith("-") ? argument.substring(1) : "";
    }

    /** The words that Go's {@code strconv.ParseBool} knows. */
    private static boolean booleanOf(String argument, int equals) {
        String value = argument.substring(equals + 1);
        return switch (value) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default ->
                throw new IllegalArgumentException("\"" + value + "\" is not a value for "
                        + argument.substring(0, equals) + "; it is a switch and takes true or false");
        };
    }
}
