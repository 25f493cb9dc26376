package org.buckytools.cli.command;

import picocli.CommandLine.Command;

/** {@code bucky} itself, which does nothing without a subcommand. */
@Command(
        name = "bucky",
        header = "Administer the Whisper files of a Graphite cluster.",
        description = {
            "",
            "Finds, moves, backs up and repairs metrics on hosts that run buckyd. Data goes to standard output, everything else to"
                    + " standard error.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {"", "Flags take one dash or two. Help on a command: bucky help COMMAND."},
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all done",
            "1:failed",
            "2:wrong usage or unusable input",
            "3:partly done; what failed is reported",
            "4:the cluster is unreachable or inconsistent",
            "130:interrupted"
        })
public final class BuckyCommand {}
