package org.buckytools.whisper;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides whether a test against a program of others can run: if the program is missing the test is skipped, saying so, or
 * fails where {@code -Dbuckytools.peers.required=true} promises that it is there.
 */
public final class PeerProgram {
    /** Debian's interpreter, to which the modules of its Graphite packages belong; others on the path may lack them. */
    private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

    private PeerProgram() {}

    /** The path of a program. */
    public static Path require(String name, String debianPackage) {
        Optional<Path> program = find(name);
        available(program.isPresent(), name + " is not installed (Debian package " + debianPackage + ")");
        return program.orElseThrow();
    }

    /** A Python that can import {@code modules}. */
    public static Path requirePython(String debianPackage, String... modules) throws IOException, InterruptedException {
        for (String name : PYTHONS) {
            Optional<Path> python = find(name);
            if (python.isPresent() && imports(python.get(), modules)) {
                return python.get();
            }
        }
        available(
                false,
                "no Python with modules " + Arrays.toString(modules) + " (Debian package " + debianPackage + ")");
        throw new AssertionError("not reached");
    }

    private static boolean imports(Path python, String... modules) throws IOException, InterruptedException {
        String statement = modules.length == 0 ? "pass" : "import " + String.join(", ", modules);
        return new ProcessBuilder(python.toString(), "-c", statement)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static Optional<Path> find(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(":")), Stream.of("/usr/bin", "/usr/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder).resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void available(boolean there, String reason) {
        if (Boolean.getBoolean("buckytools.peers.required") && !there) {
            throw new AssertionError(reason + ", but -Dbuckytools.peers.required=true");
        }
        assumeTrue(there, reason);
    }
}
