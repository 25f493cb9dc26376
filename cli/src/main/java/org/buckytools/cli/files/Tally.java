package org.buckytools.cli.files;

import java.io.IOException;
import java.nio.file.Path;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.output.Console;
import org.buckytools.whisper.UnsupportedWhisperFormatException;

/** How many files are done and how many are not; each failure is said when it happens. */
final class Tally {
    private final String program;
    private final Console console;
    private long done;
    private long failed;

    Tally(String program, Console console) {
        this.program = program;
        this.console = console;
    }

    void done() {
        done++;
    }

    /** Says what could not be done with a file. */
    void failed(Path file, String reason) {
        failed++;
        say(withPath(file, reason));
    }

    /** Counts a file that could not be treated for a reason that was said already. */
    void failedLikeOthers() {
        failed++;
    }

    void failed(Path file, IOException reason) {
        failed(file, explained(reason));
    }

    /** The reason, and of a file that is of no use to these programs what becomes of it. */
    static String explained(IOException reason) {
        String message = String.valueOf(reason.getMessage());
        return reason instanceof UnsupportedWhisperFormatException other && other.isCompressed()
                ? message + "; it is left alone"
                : message;
    }

    /** The reason, with the path before it if it does not begin with that anyway. */
    private static String withPath(Path file, String reason) {
        return reason.startsWith(file.toString()) ? reason : file + ": " + reason;
    }

    /** A number of things, {@code 1 file} and {@code 2 files}. */
    static String count(long number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    /** Says a line, of this program. */
    void say(String line) {
        console.say(program + ": " + line);
    }

    void sayInterrupted() {
        say("interrupted; finishing the file in hand");
    }

    long doneCount() {
        return done;
    }

    long failedCount() {
        return failed;
    }

    /** What the program ends with: all done, some, or nothing. */
    ExitCode exitCode() {
        if (failed == 0) {
            return ExitCode.DONE;
        }
        return done == 0 ? ExitCode.FAILED : ExitCode.PARTLY;
    }
}
