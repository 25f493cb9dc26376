package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeCluster;
import org.junit.jupiter.api.Test;

class JsonCommandTest extends CommandTestBase {
    private final FakeCluster cluster = FakeCluster.ofThree();

    @Test
    void makesAnArrayOfItsArguments() {
        assertThat(run(cluster, "json", "b", "a;x=y z%é", "b"))
                .isEqualTo(new CommandRun(0, "[\"b\",\"a;x=y z%é\",\"b\"]\n", ""));
        assertThat(cluster.agent("a").calls()).isEmpty();
    }

    @Test
    void makesAnArrayOfLines() {
        assertThat(runWithInput(cluster, " b \r\n\n\t\na\\\"\u0001 \ud83d\ude00\nlast", "json", "-"))
                .isEqualTo(new CommandRun(0, "[\"b\",\"a\\\\\\\"\\u0001 \ud83d\ude00\",\"last\"]\n", ""));
        assertThat(runWithInput(cluster, "", "json", "-")).isEqualTo(new CommandRun(0, "[]\n", ""));
    }

    @Test
    void refusesLinesThatAreNotUtf8() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        byte[] latin = "one\ntwo\nthr\u00e9e\n".getBytes(StandardCharsets.ISO_8859_1);
        Console console =
                new Console(new ByteArrayInputStream(latin), out, new PrintStream(err, true, StandardCharsets.UTF_8));

        int code = BuckyMain.run(surroundings(cluster, console), "json", "-");

        assertThat(code).isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("bucky: standard input is not UTF-8");
    }

    @Test
    void needsNames() {
        assertThat(run(cluster, "json").code()).isEqualTo(2);
        assertThat(run(cluster, "json", "-", "a").code()).isEqualTo(2);
    }
}
