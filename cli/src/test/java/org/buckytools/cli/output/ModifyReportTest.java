package org.buckytools.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.buckytools.cli.task.ModifySummary;
import org.buckytools.protocol.transfer.PointCounts;
import org.junit.jupiter.api.Test;

class ModifyReportTest {
    private static String said(List<ModifySummary.Rest> rests, Optional<String> next) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Console console = new Console(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                new PrintStream(said, true, StandardCharsets.UTF_8));
        new ModifyReport(console).print(stopped(rests, next));
        return said.toString(StandardCharsets.UTF_8);
    }

    private static ModifySummary stopped(List<ModifySummary.Rest> rests, Optional<String> next) {
        return new ModifySummary(false, 4, 0, 0, PointCounts.NONE, 0, 400, 400, List.of(), 0, true, rests, next);
    }

    @Test
    void saysWhereItStopped() {
        List<ModifySummary.Rest> rests =
                List.of(new ModifySummary.Rest("a:4242", 1296, "m.x"), new ModifySummary.Rest("b:4242", 1, "n"));

        assertThat(said(rests, Optional.empty())).isEqualTo("""
                Changed 4 files (400 B => 400 B); 0 are so already; 0 failed.
                bucky: stopped before all were changed
                  a:4242 has 1,296 metrics left, the first of them m.x
                  b:4242 has 1 metric left, the first of them n
                  Run the same command again to go on; what is changed already is left alone.
                """);
    }

    @Test
    void saysAtWhichFileOfThisMachineItStopped() throws IOException {
        Optional<String> next = Optional.of("tree/app/m5.wsp");

        assertThat(said(List.of(), next)).isEqualTo("""
                Changed 4 files (400 B => 400 B); 0 are so already; 0 failed.
                bucky: stopped before all were changed
                  tree/app/m5.wsp is the first that was not begun; in each directory, files are taken in the order of names
                  Run the same command again to go on; what is changed already is left alone.
                """);
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        new JsonPrinter(json).modified(stopped(List.of(), next), List.of());
        assertThat(json.toString(StandardCharsets.UTF_8))
                .contains("\"stopped\":true,\"next\":\"tree/app/m5.wsp\",\"items\":[]");
    }
}
