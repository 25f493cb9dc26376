package org.buckytools.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time in seconds, which the kernel counts in hundredths. */
public record CpuTime(double user, double system) {
    public static final CpuTime NONE = new CpuTime(0, 0);

    /** {@code USER_HZ}, by which {@code /proc} counts on every Linux whatever its kernel's own clock is. */
    private static final double TICKS_PER_SECOND = 100;

    // Numbers of proc(5), less the three fields up to the command's closing parenthesis.
    private static final int OWN_USER = 14 - 3;
    private static final int CHILDREN_USER = 16 - 3;

    /** What a process has used since it began, with its threads that have ended. */
    public static CpuTime ofProcess(long pid) throws IOException {
        return parse(Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1), OWN_USER);
    }

    /** What all children of this process have used that have ended, and their own. */
    public static CpuTime ofEndedChildren() throws IOException {
        return parse(Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1), CHILDREN_USER);
    }

    static CpuTime ofProcessLine(String line) {
        return parse(line, OWN_USER);
    }

    private static CpuTime parse(String line, int userField) {
        // The command may itself hold blanks and parentheses.
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return new CpuTime(
                Long.parseLong(fields[userField]) / TICKS_PER_SECOND,
                Long.parseLong(fields[userField + 1].strip()) / TICKS_PER_SECOND);
    }

    public CpuTime plus(CpuTime other) {
        return new CpuTime(user + other.user, system + other.system);
    }

    public CpuTime minus(CpuTime earlier) {
        return new CpuTime(user - earlier.user, system - earlier.system);
    }

    public double total() {
        return user + system;
    }
}
