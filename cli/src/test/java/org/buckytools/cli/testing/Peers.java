package org.buckytools.cli.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;

/** Other programs that tests work with. */
public final class Peers {
    /** Debian's, which has the modules of its packages, whatever other Python comes first in the path. */
    public static final String PYTHON = "/usr/bin/python3";

    private Peers() {}

    /** Skips the test where a peer is missing, and fails it where peers are required, as in CI. */
    public static void require(boolean present, String peer) {
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
    public static boolean runs(String... command) throws InterruptedException {
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
}
