package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.buckytools.cli.SmallProgramTest.FINDHASH;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.buckytools.cli.testing.CommandRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expected figures are the Go tool's for the same file. */
class FindHashTest {
    private static final String FOUR = """
            # The ring of the test.

            g1:2003:a
            g2:b
            g3::c
              g4:2013:d
            """;

    private static final String ANALYSIS = """
            Node g1:2003=a:\t16836
            Node g2:2003=b:\t16658
            Node g3:2003=c:\t16441
            Node g4:2013=d:\t15600

            Ideal bucket count per server: 16383.75
            Spread: 16836 - 15600 = 1236
            Deviation: 473.6256
            """;

    @TempDir
    private Path folder;

    private Path ring;

    @BeforeEach
    void writeRing() throws IOException {
        ring = Files.writeString(folder.resolve("ring"), FOUR);
    }

    @Test
    void analysesARing() {
        assertThat(SmallProgramTest.run(FINDHASH, "-analyze", ring.toString()))
                .isEqualTo(new CommandRun(0, ANALYSIS, ""));
    }

    @Test
    void roundsAsGoDoes() throws IOException {
        Files.writeString(
                ring, IntStream.range(0, 24).mapToObj(i -> "h" + i + ":a" + i).collect(Collectors.joining("\n")));

        // 65535 / 24 is 2730.625, and the even neighbour is .62.
        assertThat(SmallProgramTest.run(FINDHASH, "--analyze", ring.toString()).out())
                .contains("\nIdeal bucket count per server: 2730.62\n");
    }

    @Test
    void countsKeysAndLeavesOutBlankLines() throws IOException {
        Path keys = Files.writeString(
                folder.resolve("keys"),
                IntStream.rangeClosed(1, 1000).mapToObj(i -> i + "\n").collect(Collectors.joining()) + "\n");

        assertThat(SmallProgramTest.run(FINDHASH, "-analyze", "-keys", keys.toString(), ring.toString()))
                .isEqualTo(new CommandRun(0, ANALYSIS + """
                        Keys per node:
                        g1:a\t271
                        g2:b\t264
                        g3:c\t228
                        g4:d\t237

                        Total Metric Keys: 1000
                        Ideal keys per node: 250.00
                        Deviation: 17.9583
                        """, ""));
    }

    private CommandRun search(List<String> instances, String... arguments) throws IOException {
        Files.writeString(ring, "g1:fixed\ng2:2004\n");
        Iterator<String> next = instances.iterator();
        return SmallProgramTest.run(
                new SmallProgramTest.Maker("findhash", console -> FindHashMain.program(console, next::next)),
                arguments);
    }

    @Test
    void printsEachRingThatIsMoreEvenThanTheBestSoFar() throws IOException {
        // The first instance only serves to check the file.
        CommandRun run = search(
                IntStream.rangeClosed(0, 12).mapToObj(i -> "i" + i).toList(),
                "-tries=12",
                "-max=65535",
                "-min=0",
                "-filter=g2",
                ring.toString());

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo("""
                Possible solution:
                \tMax buckets per host: 36500
                \tMin buckets per host: 29035
                \tg2:2004=i1
                Possible solution:
                \tMax buckets per host: 33046
                \tMin buckets per host: 32489
                \tg2:2004=i3
                Possible solution:
                \tMax buckets per host: 32885
                \tMin buckets per host: 32650
                \tg2:2004=i4
                Possible solution:
                \tMax buckets per host: 32852
                \tMin buckets per host: 32683
                \tg2:2004=i12
                """);
    }

    @Test
    void saysThatNoRingWasEvenEnough() throws IOException {
        assertThat(search(List.of("check", "one"), "--tries", "1", "--max", "10", "--min", "5", ring.toString()))
                .isEqualTo(new CommandRun(1, "", """
                        findhash: none of 1 rings had less than 5 buckets between the most and the fewest
                          Try more, or raise --max.
                        """));
    }

    @Test
    void refusesToSearchWhereNothingCanBeChosen() {
        assertThat(SmallProgramTest.run(FINDHASH, ring.toString()).code()).isEqualTo(2);
        assertThat(SmallProgramTest.run(FINDHASH, "--keys", "x", ring.toString())
                        .code())
                .isEqualTo(2);
    }

    @Test
    void namesTheLineThatIsWrong() throws IOException {
        Files.writeString(ring, "g1\n#\ng2:x:y\n");

        assertThat(SmallProgramTest.run(FINDHASH, "-analyze", ring.toString()))
                .isEqualTo(new CommandRun(
                        2,
                        "",
                        "findhash: " + ring + ": line 3: node 'g2:x:y' has port 'x', which is not a number;"
                                + " expected HOST[:PORT][=INSTANCE]\n"));
    }

    @Test
    void refusesFilesThatAreNoRing() throws IOException {
        Files.writeString(ring, "# nothing\n");
        assertThat(SmallProgramTest.run(FINDHASH, "-analyze", ring.toString()))
                .isEqualTo(new CommandRun(2, "", "findhash: " + ring + ": there is no member of a ring in it\n"));

        Files.writeString(ring, "g1:a\ng1:a\n");
        assertThat(SmallProgramTest.run(FINDHASH, "-analyze", ring.toString()).err())
                .contains("member g1:2003=a is there twice");

        assertThat(SmallProgramTest.run(FINDHASH, folder.resolve("none").toString()))
                .isEqualTo(new CommandRun(2, "", "findhash: " + folder.resolve("none") + ": there is no such file\n"));
    }

    @Test
    void readsIpv6HostsInBrackets() throws IOException {
        Files.writeString(ring, "[2001:db8::1]::a\n[2001:db8::2]:2004:b\n[2001:db8::3]:c:\n");

        assertThat(SmallProgramTest.run(FINDHASH, "-analyze", ring.toString()).out())
                .contains(
                        "Node [2001:db8::1]:2003=a:\t", "Node [2001:db8::2]:2004=b:\t", "Node [2001:db8::3]:2003=c:\t");
    }
}
