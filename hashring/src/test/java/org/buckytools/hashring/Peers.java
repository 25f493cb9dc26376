package org.buckytools.hashring;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the programs that this module must agree with. */
final class Peers {
    private Peers() {}

    /** Skips the test where a peer is missing, and fails it where peers are required, as in CI. */
    static void require(boolean present, String peer) {
        if (present) {
            return;
        }
        String reason = "not compared with " + peer + ", which is not installed here";
        if (Boolean.getBoolean("buckytools.peers.required")) {
            fail(reason);
        }
        abort(reason);
    }

    /** Whether the command starts and ends with 0. */
    static boolean runs(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            // There is no such program.
            return false;
        }
    }

    /** What the command writes to its standard output. */
    static List<String> ask(Path folder, List<String> input, List<String> command)
            throws IOException, InterruptedException {
        Path in = Files.write(folder.resolve("in"), input);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            fail("no answer from " + command);
        }
        if (process.exitValue() != 0) {
            fail(command + " ended with " + process.exitValue() + ": " + Files.readString(err));
        }
        return Files.readAllLines(out, StandardCharsets.UTF_8);
    }
}
