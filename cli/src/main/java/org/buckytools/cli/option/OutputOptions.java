package org.buckytools.cli.option;

import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.JsonPrinter;
import org.buckytools.cli.output.ResultPrinter;
import org.buckytools.cli.output.TextPrinter;
import picocli.CommandLine.Option;

/** How results are printed. */
public final class OutputOptions {
    @Option(
            names = {"-j", "--json"},
            description = "JSON instead of text.")
    boolean json;

    /** Whether it is JSON. */
    public boolean isJson() {
        return json;
    }

    /** The printer that was asked for. */
    public ResultPrinter printer(Console console) {
        return json ? new JsonPrinter(console.out()) : new TextPrinter(console.out());
    }
}
