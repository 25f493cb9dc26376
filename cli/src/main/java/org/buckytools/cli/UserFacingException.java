package org.buckytools.cli;

import static java.util.Objects.requireNonNull;

import java.io.Serial;
import java.util.List;

/** An end that is for the user to read: printed once, by {@link ErrorReport}, without a stack trace. */
public final class UserFacingException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;
    private final transient List<String> details;
    private final String nextStep;

    /**
     * @param exitCode what the program ends with
     * @param header the fact and its place, as one line without a full stop
     * @param details what state things are in now, each a sentence; may be empty
     * @param nextStep what to do, a sentence; empty if there is nothing to say
     */
    public UserFacingException(ExitCode exitCode, String header, List<String> details, String nextStep) {
        super(header);
        this.exitCode = requireNonNull(exitCode, "exit code is null");
        this.details = List.copyOf(details);
        this.nextStep = requireNonNull(nextStep, "next step is null");
    }

    /** As the other constructor, with what it came from. */
    public UserFacingException(
            ExitCode exitCode, String header, List<String> details, String nextStep, Throwable cause) {
        this(exitCode, header, details, nextStep);
        initCause(cause);
    }

    /** Wrong usage: {@code header} says what is wrong, {@code nextStep} what would be right. */
    public static UserFacingException usage(String header, String nextStep) {
        return new UserFacingException(ExitCode.USAGE, header, List.of(), nextStep);
    }

    /** What the program ends with. */
    public ExitCode exitCode() {
        return exitCode;
    }

    /** Sentences on the state things are in. */
    public List<String> details() {
        return details;
    }

    /** What to do, or an empty text. */
    public String nextStep() {
        return nextStep;
    }
}
