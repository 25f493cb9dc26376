package org.buckytools.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.buckytools.protocol.MetricStat;

/** Stats as the Go tools print them: size in KiB, time, and name, with tabs in between. */
final class StatLines implements StatPrinter {
    private static final int KIBI = 1024;

    private final OutputStream out;

    StatLines(OutputStream out) {
        this.out = out;
    }

    @Override
    public void add(String node, MetricStat stat) throws IOException {
        String time = DateTimeFormatter.ISO_INSTANT.format(Instant.ofEpochSecond(stat.modTime()));
        String line =
                kibibytes(stat.size()) + "KiB\t" + time + "\t" + stat.name().value() + "\n";
        out.write(line.getBytes(UTF_8));
    }

    /** With two decimals, what lies exactly between two of them to the even one, as Go's {@code %.2f} has it. */
    static String kibibytes(long bytes) {
        long whole = bytes / KIBI;
        long rest = bytes % KIBI * 100;
        long hundredths = rest / KIBI;
        long behind = rest % KIBI;
        if (behind > KIBI / 2 || (behind == KIBI / 2 && hundredths % 2 == 1)) {
            hundredths++;
        }
        if (hundredths == 100) {
            whole++;
            hundredths = 0;
        }
        return whole + (hundredths < 10 ? ".0" : ".") + hundredths;
    }

    @Override
    public void end() {}
}
