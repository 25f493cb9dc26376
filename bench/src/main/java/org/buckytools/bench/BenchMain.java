package org.buckytools.bench;

import picocli.CommandLine;

/** Runs scenarios; see {@code --help}. */
public final class BenchMain {
    private BenchMain() {}

    /** Ends with 0 if every run of every contender counts, with 3 if one does not, and with 1 if something could not be run. */
    public static void main(String[] arguments) {
        CommandLine commandLine = new CommandLine(new BenchCommand());
        int code = commandLine.execute(arguments);
        System.exit(code);
    }
}
