package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeAgent;
import org.buckytools.cli.testing.FakeCluster;
import org.buckytools.protocol.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackfillCommandTest extends CommandTestBase {
    private static final List<String> HOSTS = List.of("a", "b", "c");

    private final FakeCluster cluster = FakeCluster.ofThree();

    @TempDir
    private Path folder;

    private CommandRun backfill(String json, String... more) {
        List<String> arguments = new ArrayList<>(List.of("backfill", "-"));
        arguments.addAll(List.of(more));
        return runWithInput(cluster, json, arguments.toArray(String[]::new));
    }

    private FakeAgent owner(String metric) {
        return cluster.agent(cluster.ring().stores(metric).getFirst());
    }

    private void store(String... metrics) {
        for (String metric : metrics) {
            owner(metric).write(metric, "p of " + metric);
        }
    }

    private Stream<String> callsThatChange() {
        return HOSTS.stream()
                .flatMap(host -> cluster.agent(host).calls().stream())
                .filter(call -> !List.of("ring", "list", "close").contains(call));
    }

    @Test
    void fillsNewMetricsFromOldOnesAndLeavesThose() throws IOException {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < 30; i++) {
            store("old." + i);
            json.append(i == 0 ? "" : ",").append("\"old." + i + "\": \"new." + i + "\"");
        }
        owner("new.7").write("new.7", "mine");
        Path file = Files.writeString(folder.resolve("map.json"), json.append("}"));

        CommandRun run = run(cluster, "backfill", file.toString());

        assertThat(run.code()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Copied 30 metrics (29 new, 1 filled, 0 unchanged)");
        for (int i = 0; i < 30; i++) {
            assertThat(owner("old." + i).points("old." + i)).containsExactly("p of old." + i);
            assertThat(owner("new." + i).points("new." + i)).contains("p of old." + i);
        }
        assertThat(owner("new.7").points("new.7")).containsExactlyInAnyOrder("mine", "p of old.7");
        assertThat(callsThatChange()).noneMatch(call -> call.startsWith("delete"));
        assertThat(run(cluster, "backfill", file.toString()).err())
                .contains("Copied 30 metrics (0 new, 0 filled, 30 unchanged)");
    }

    @Test
    void takesAMetricFromEveryNodeThatHasIt() {
        for (String host : HOSTS) {
            cluster.agent(host).write("old", "of " + host);
        }

        assertThat(backfill("{\"old\":\"new\"}").code()).isZero();

        assertThat(owner("new").points("new")).containsExactlyInAnyOrder("of a", "of b", "of c");
    }

    @Test
    void bringsTheNewMetricToAllOfItsOwners() {
        FakeCluster replicated = new FakeCluster(2, "a", "b", "c");
        replicated.agent("a").write("old", "p");

        assertThat(runWithInput(replicated, "{\"old\":\"new\"}", "backfill", "-")
                        .code())
                .isZero();

        for (String host : replicated.ring().stores("new")) {
            assertThat(replicated.agent(host).points("new")).containsExactly("p");
        }
    }

    @Test
    void reportsOldMetricsThatAreNowhere() {
        store("old");

        CommandRun run = backfill("{\"old\":\"new\",\"gone\":\"new.2\"}");

        assertThat(run.code()).isEqualTo(3);
        String owner = owner("gone").address().toString();
        assertThat(run.err())
                .contains("bucky: warning: 1 metric of those named cannot be found\n")
                .contains("bucky: gone on " + owner + ": " + owner + " has no metric gone\n");
        assertThat(owner("new").metrics()).contains("new");
        assertThat(backfill("{\"gone\":\"new.2\"}", "--ignore404").code()).isZero();
    }

    @Test
    void printsThePlanWithNewNames() {
        store("old");

        CommandRun run = backfill("{\"old\":\"new\"}", "--no-op");

        assertThat(run)
                .isEqualTo(new CommandRun(
                        0,
                        "[" + owner("old").address() + "] old => "
                                + owner("new").address() + " new\n",
                        "1 metric on " + owner("old").address() + " to fill from\n"));
        assertThat(backfill("{\"old\":\"new\"}", "--no-op", "-j").out())
                .isEqualTo("""
                [
                {"SrcServer":"%s","DstServer":"%s","OldName":"old","NewName":"new"}
                ]
                """.formatted(owner("old").address(), owner("new").address()));
        assertThat(callsThatChange()).isEmpty();
    }

    @Test
    void notesWhatIsDoneAndLeavesItOutNextTime() throws IOException {
        store("old");
        String jobs = folder.resolve("jobs").toString();

        backfill("{\"old\":\"new\"}", "--job-state-file", jobs);
        CommandRun again = backfill("{\"old\":\"new\"}", "--job-state-file", jobs);

        assertThat(Files.readString(Path.of(jobs))).contains("\"OldName\":\"old\",\"NewName\":\"new\"");
        assertThat(again.code()).isZero();
        assertThat(again.err()).startsWith("1 move left out, done by an earlier run\nThere is nothing to fill.\n");
    }

    @Test
    void takesNamesOfAllKinds() {
        List<String> names =
                List.of("a b", "x;tag=v", "50%", "é.日本", "q\"uote", "back\\slash", "x".repeat(250), "a+b&c#?");
        StringBuilder json = new StringBuilder("{");
        for (String name : names) {
            store(name);
            json.append(json.length() == 1 ? "" : ",")
                    .append(Json.toAscii(out -> out.writeString(name)))
                    .append(':')
                    .append(Json.toAscii(out -> out.writeString("new." + name)));
        }

        CommandRun run = backfill(json + "}", "-j");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("{\"planned\":8,\"created\":8,");
        for (String name : names) {
            assertThat(owner("new." + name).points("new." + name)).containsExactly("p of " + name);
        }
    }

    @Test
    void worksOnOneDaemonAloneWithoutAskingForHealth() {
        cluster.agent("a").write("old", "of a");
        cluster.agent("b").write("old", "of b");
        cluster.agent("b").write("other", "of b");
        FakeAgent down = owner("new") == cluster.agent("b") ? cluster.agent("c") : cluster.agent("b");
        down.down(owner("new") != down);

        CommandRun run = backfill("{\"old\":\"new\",\"other\":\"new\"}", "-s");

        assertThat(run.code()).isEqualTo(3);
        assertThat(owner("new").points("new")).containsExactly("of a");
        assertThat(run.err()).contains("a:4242 has no metric other");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "not json|standard input is not the JSON it should be",
                "[\"a\"]|standard input: expected an object, found an array",
                "null|standard input: expected an object, found null",
                "{\"a\":1}|standard input at /a: expected a text, found a number",
                "{\"a\":{\"b\":\"c\"}}|standard input at /a: expected a text, found an object",
                "{\"a\":\"b\"|standard input is not the JSON it should be",
                "{\"a\":\"b\"} x|standard input",
                "{\"a\":\"\"}|standard input at /a: not a metric name: \"\": it is empty",
                "{\"\":\"a\"}|standard input at /: not a metric name: \"\": it is empty",
                "{\"a\":\"../b\"}|standard input at /a: not a metric name: \"../b\": a part between dots is empty",
                "{\"a/b\":\"c\"}|standard input at /a~1b: not a metric name: \"a/b\": it holds a slash",
                "{\"a\":\"b\",\"a\":\"c\"}|standard input at /a: a has two new names, b and c",
                "{\"a\":\"b\",\"b\":\"c\"}|b is the new name of a and an old name itself, of c",
                "{\"a\":\"b\",\"b\":\"a\"}|b is the new name of a and an old name itself, of a"
            })
    void refusesAFileThatCannotBeMeant(String json, String why) {
        store("a", "b");

        CommandRun run = backfill(json);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("bucky: " + why);
        assertThat(cluster.agent("a").calls()).isEmpty();
    }

    @Test
    void saysInWhichOrderAChainCanBeDone() {
        assertThat(backfill("{\"a\":\"b\",\"b\":\"c\"}").err()).isEqualTo("""
                bucky: b is the new name of a and an old name itself, of c
                  Give b => c in a run of its own before this one, if c is not to have the points of a; else after it.
                """);
    }

    @Test
    void refusesAFileThatIsNotThere() {
        assertThat(run(cluster, "backfill", "no-such-file"))
                .isEqualTo(new CommandRun(2, "", "bucky: there is no file no-such-file\n"));
        assertThat(run(cluster, "backfill", folder.toString()).code()).isEqualTo(2);
        assertThat(run(cluster, "backfill").code()).isEqualTo(2);
        assertThat(run(cluster, "backfill", "-", "--delete").code()).isEqualTo(2);
    }

    @Test
    void refusesANewNameThatNobodyCanPlace() {
        store("old");
        String hash = "_tagged.abc.def.abcdef" + "0".repeat(58);

        CommandRun run = backfill("{\"old\":\"" + hash + "\"}");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("bucky: " + hash + " is the name of a tagged series that the ring cannot place\n");
        assertThat(callsThatChange()).isEmpty();
    }

    @Test
    void hasNothingToDoForAMetricThatKeepsItsNameWhereItBelongs() {
        store("same");

        CommandRun run = backfill("{\"same\":\"same\"}");

        assertThat(run.code()).isZero();
        assertThat(run.err()).startsWith("1 metric left out, being where it would go\nThere is nothing to fill.\n");
        assertThat(backfill("{}").err()).startsWith("There is nothing to fill.\n");
    }

    @Test
    void changesNothingIfADaemonIsDown() {
        store("old");
        cluster.agent("c").down(true);

        CommandRun run = backfill("{\"old\":\"new\"}");

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).startsWith("bucky: c:4242 does not answer: connection refused\n  Nothing was changed.");
        assertThat(callsThatChange()).isEmpty();
    }
}
