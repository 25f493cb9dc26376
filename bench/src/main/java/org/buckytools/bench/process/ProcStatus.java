package org.buckytools.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of a process from {@code /proc/PID/status}, in bytes; 0 when it has just ended. */
public record ProcStatus(long peakBytes, long residentBytes) {
    private static final ProcStatus ENDED = new ProcStatus(0, 0);
    private static final long KIBIBYTE = 1024;

    /** What the kernel says now. */
    public static ProcStatus of(long pid) {
        String text;
        try {
            text = Files.readString(Path.of("/proc/" + pid + "/status"));
        } catch (IOException e) {
            // The process ended between two looks; whoever looks repeatedly keeps what was seen before.
            return ENDED;
        }
        return parse(text);
    }

    static ProcStatus parse(String text) {
        return new ProcStatus(bytes(text, "\nVmHWM:"), bytes(text, "\nVmRSS:"));
    }

    private static long bytes(String text, String key) {
        int at = text.indexOf(key);
        if (at < 0) {
            return 0;
        }
        String number = text.substring(at + key.length(), text.indexOf(" kB", at));
        return Long.parseLong(number.strip()) * KIBIBYTE;
    }
}
