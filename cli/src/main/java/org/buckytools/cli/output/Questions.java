package org.buckytools.cli.output;

import java.io.IOException;
import java.util.Optional;

/** Asks the person at the terminal. */
@FunctionalInterface
public interface Questions {
    /** There is no terminal. */
    Questions NOBODY = question -> Optional.empty();

    /**
     * Whether the person agrees; all but {@code y} and {@code yes} is a no.
     *
     * @return empty if there is no terminal to ask on
     */
    Optional<Boolean> confirm(String question) throws IOException;
}
