package org.buckytools.cli;

import java.util.function.Supplier;

/**
 * A subcommand that can be made.
 *
 * @param name what it is called on the command line
 * @param maker makes the annotated object that is the command
 */
record Subcommand(String name, Supplier<Object> maker) {
    Object create() {
        return maker.get();
    }
}
