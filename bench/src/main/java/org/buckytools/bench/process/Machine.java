package org.buckytools.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The machine as a whole, as {@code /proc} tells: what others do on it, and what goes over its loopback. */
public final class Machine {
    private static final double TICKS_PER_SECOND = 100;

    // Columns of the line "cpu" in /proc/stat.
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int STEAL = 8;

    private Machine() {}

    /** Processor seconds since the machine started that were not idle, stolen ones included. */
    public static double busySeconds() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/stat")).getFirst();
        String[] fields = line.split(" +");
        double ticks = 0;
        for (int i = 1; i <= STEAL; i++) {
            if (i != IDLE && i != IO_WAIT) {
                ticks += Long.parseLong(fields[i]);
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** Bytes that have gone over the loopback interface. */
    public static long loopbackBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/net/dev"))) {
            String text = line.strip();
            if (text.startsWith("lo:")) {
                return Long.parseLong(text.substring("lo:".length()).strip().split(" +")[0]);
            }
        }
        throw new IOException("/proc/net/dev has no loopback interface");
    }

    /** Memory that can be had without swapping, in bytes. */
    public static long availableMemory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("/proc/meminfo does not say what memory is available");
    }

    /** One line for the head of a report. */
    public static String describe() throws IOException {
        String load = Files.readString(Path.of("/proc/loadavg"));
        List<String> fields = List.of(load.split(" "));
        return String.format(
                Locale.ROOT,
                "%d processors, %.1f GB of memory available, Linux %s, Java %s, load %s",
                Runtime.getRuntime().availableProcessors(),
                availableMemory() / 1e9,
                kernel(),
                System.getProperty("java.version"),
                String.join(" ", fields.subList(0, 3)));
    }

    private static String kernel() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/osrelease"), StandardCharsets.US_ASCII)
                .strip();
    }
}
