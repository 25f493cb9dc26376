package org.buckytools.cli;

import java.io.PrintStream;
import java.util.List;

/** The one form in which a program says why it ends: the fact, the state things are in, the next step. */
final class ErrorReport {
    private final String program;
    private final PrintStream err;

    ErrorReport(String program, PrintStream err) {
        this.program = program;
        this.err = err;
    }

    void print(UserFacingException failure) {
        print(failure.getMessage(), failure.details(), failure.nextStep());
    }

    void print(String header, List<String> details, String nextStep) {
        err.println(program + ": " + header);
        for (String detail : details) {
            err.println("  " + detail);
        }
        if (!nextStep.isEmpty()) {
            err.println("  " + nextStep);
        }
        err.flush();
    }
}
