package org.buckytools.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.pickle.PickleRelayCommand;
import org.buckytools.cli.pickle.PickleRelayCommandModel;

/** The program {@code bucky-pickle-relay}. */
public final class PickleRelayMain {
    private PickleRelayMain() {}

    /** Runs it until a signal comes, and ends the process. */
    public static void main(String[] arguments) {
        Console console = Console.ofProcess();
        System.exit(program(console, InstantSource.system(), PickleRelayMain::onSignal)
                .run(List.of(arguments)));
    }

    static SmallProgram program(Console console, InstantSource clock, Consumer<Supplier<ExitCode>> onSignal) {
        return new SmallProgram(
                PickleRelayCommandModel.of(new PickleRelayCommand(console, clock, PickleRelayMain::hostName, onSignal)),
                console);
    }

    private static void onSignal(Supplier<ExitCode> stop) {
        // Java would end with 143 whatever happened, and service managers take that for a failure.
        Thread hook = new Thread(() -> Runtime.getRuntime().halt(stop.get().code()), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** As the system has it, without asking a name server where that can be helped. */
    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException unknown) {
                return "unknown";
            }
        }
    }
}
