package org.buckytools.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A subcommand that can be made.
 *
 * @param name what it is called on the command line
 * @param maker makes the command as picocli knows it
 */
record Subcommand(String name, Supplier<CommandSpec> maker) {
    CommandSpec create() {
        return maker.get();
    }
}
