package org.buckytools.cli.option;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.buckytools.cli.UserFacingException;

/** Expressions in RE2 syntax. */
final class Expressions {
    private Expressions() {}

    /** {@code expression}, if it is one: checked here so that not every daemon has to say what is wrong. */
    static String check(String expression) throws UserFacingException {
        try {
            Pattern.compile(expression);
            return expression;
        } catch (PatternSyntaxException e) {
            throw UserFacingException.usage(
                    "\"" + expression + "\" is not a regular expression: " + e.getMessage(), "The syntax is RE2's.");
        }
    }
}
