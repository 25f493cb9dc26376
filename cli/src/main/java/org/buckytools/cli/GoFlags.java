package org.buckytools.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.buckytools.protocol.commandline.GoArguments;
import org.buckytools.protocol.commandline.GoArguments.Flag;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Reads off a command which flags Go's spellings are to be translated to. */
final class GoFlags {
    private static final String NO = "--no-";

    private GoFlags() {}

    static GoArguments of(CommandSpec command) {
        Map<String, Flag> flags = new HashMap<>();
        for (OptionSpec option : command.options()) {
            boolean isSwitch = option.arity().max() == 0;
            Optional<String> off = Optional.empty();
            if (option.negatable()) {
                String negated = NO + withoutDashes(option.longestName());
                off = Optional.of(negated);
                flags.put(withoutDashes(negated), new Flag(negated, true, Optional.of(option.longestName())));
            }
            Flag flag = new Flag(option.longestName(), isSwitch, off);
            for (String name : option.names()) {
                flags.put(withoutDashes(name), flag);
            }
        }
        return new GoArguments(flags);
    }

    private static String withoutDashes(String name) {
        return name.substring(name.startsWith("--") ? 2 : 1);
    }
}
