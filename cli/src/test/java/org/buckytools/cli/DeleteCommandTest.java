package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.buckytools.cli.output.Questions;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeCluster;
import org.buckytools.protocol.client.AgentRefusedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeleteCommandTest extends CommandTestBase {
    private final FakeCluster cluster = FakeCluster.ofThree();
    private final List<String> asked = new ArrayList<>();

    @BeforeEach
    void storeSomeMetrics() {
        cluster.agent("a").write("x.1", "p").write("x.2", "p");
        cluster.agent("b").write("w.1", "p").write("x.2", "p");
        cluster.agent("c").write("odd name;a=b%é\"", "p");
    }

    /** Answers yes about these hosts. */
    private Questions yesOn(String... hosts) {
        return question -> {
            asked.add(question);
            return Optional.of(List.of(hosts).stream().anyMatch(host -> question.contains(host + ":4242")));
        };
    }

    @Test
    void asksForEachHostBeforeItDeletes() {
        answers = yesOn("a", "b", "c");

        assertThat(run(cluster, "delete", "-r", "x|odd"))
                .isEqualTo(new CommandRun(0, "", "Deleted 4 metrics; 0 gone already; 0 failed.\n"));
        assertThat(asked)
                .containsExactly(
                        "Delete 2 metrics on a:4242?", "Delete 1 metric on b:4242?", "Delete 1 metric on c:4242?");
        assertThat(cluster.agent("a").metrics()).isEmpty();
        assertThat(cluster.agent("b").metrics()).containsExactly("w.1");
        assertThat(cluster.agent("c").metrics()).isEmpty();
    }

    @Test
    void asksEvenWhenStandardInputIsTheList() {
        answers = yesOn("b");

        assertThat(runWithInput(cluster, "[\"x.2\",\"nowhere\"]", "delete", "-").code())
                .isZero();
        assertThat(asked).containsExactly("Delete 1 metric on a:4242?", "Delete 1 metric on b:4242?");
        assertThat(cluster.agent("a").metrics()).containsExactly("x.1", "x.2");
        assertThat(cluster.agent("b").metrics()).containsExactly("w.1");
    }

    @Test
    void deletesNothingWithoutATerminal() {
        assertThat(run(cluster, "delete", "x.1")).isEqualTo(new CommandRun(2, "", """
                bucky: there is no terminal to ask on, so nothing was deleted
                  Give --noconfirm to delete without being asked.
                """));
        assertThat(cluster.agent("a").metrics()).containsExactly("x.1", "x.2");
    }

    @Test
    void doesNotAskIfItMustNot() {
        answers = yesOn();

        CommandRun run = run(cluster, "delete", "-noconfirm", "--print-deletion", "x.2", "nowhere");

        assertThat(run.code()).isZero();
        assertThat(run.err().lines())
                .containsExactlyInAnyOrder(
                        "DELETED: x.2 on a:4242",
                        "DELETED: x.2 on b:4242",
                        "Deleted 2 metrics; 0 gone already; 0 failed.");
        assertThat(asked).isEmpty();
    }

    @Test
    void printsJson() {
        answers = yesOn("a");

        assertThat(run(cluster, "delete", "-j", "-r", ".").out())
                .isEqualTo("{\"deleted\":2,\"absent\":0,\"declined\":3,\"failed\":0,\"failures\":[]}\n");
    }

    @Test
    void isDoneWhereThereIsNothing() {
        assertThat(run(cluster, "delete", "nowhere"))
                .isEqualTo(new CommandRun(0, "", "Deleted 0 metrics; 0 gone already; 0 failed.\n"));
    }

    @Test
    void countsWhatIsGoneAlreadyAsNoFailure() {
        cluster.agent("a").before((call, metric) -> {
            if (call.equals("delete")) {
                cluster.agent("a").forget(metric);
            }
        });

        assertThat(run(cluster, "delete", "--noconfirm", "x.1", "w.1"))
                .isEqualTo(new CommandRun(0, "", "Deleted 1 metric; 1 gone already; 0 failed.\n"));
    }

    @Test
    void reportsFailuresWhileOthersGoOn() {
        cluster.agent("b").before((call, metric) -> {
            if (metric.equals("w.1")) {
                throw new AgentRefusedException(cluster.agent("b").address(), 500, "b:4242 refuses: read-only disk");
            }
        });

        CommandRun run = run(cluster, "delete", "--noconfirm", "-j", "-r", ".");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).isEqualTo("""
                bucky: w.1 on b:4242: b:4242 refuses: read-only disk
                  Look into the log of buckyd there.
                Deleted 4 metrics; 0 gone already; 1 failed.
                """);
        assertThat(run.out())
                .isEqualTo("{\"deleted\":4,\"absent\":0,\"declined\":0,\"failed\":1,\"failures\":[{\"metric\":\"w.1\","
                        + "\"node\":\"b:4242\",\"reason\":\"b:4242 refuses: read-only disk\","
                        + "\"nextStep\":\"Look into the log of buckyd there.\"}]}\n");
        assertThat(cluster.agent("b").metrics()).containsExactly("w.1");
    }

    @Test
    void changesNothingWhenADaemonIsDown() {
        cluster.agent("b").down(true);

        CommandRun run = run(cluster, "delete", "--noconfirm", "x.1");

        assertThat(run).isEqualTo(new CommandRun(4, "", """
                bucky: b:4242 does not answer: connection refused
                  Nothing was changed. 2 of 3 nodes agree on the ring.
                  Start buckyd on b, or run with -s to work on a single node.
                """));
        assertThat(cluster.agent("a").metrics()).containsExactly("x.1", "x.2");
        assertThat(run(cluster, "delete", "-s", "--noconfirm", "x.1").code()).isZero();
        assertThat(cluster.agent("a").metrics()).containsExactly("x.2");
    }

    @Test
    void changesNothingWhenADaemonCannotListItsMetrics() {
        cluster.agent("b").before((call, metric) -> {
            if (call.equals("list")) {
                throw cluster.agent("b").unreachable();
            }
        });

        assertThat(run(cluster, "delete", "--noconfirm", "x.1")).isEqualTo(new CommandRun(4, "", """
                bucky: b:4242 does not answer: connection refused
                  Nothing was deleted.
                  See to that daemon, or run with -s to work on a single node.
                """));
        assertThat(cluster.agent("a").metrics()).containsExactly("x.1", "x.2");
    }

    @Test
    void doesNotGoOnAskingADaemonThatWentDown() {
        IntStream.range(0, 500).forEach(i -> cluster.agent("b").write("m." + i, "p"));
        cluster.agent("b").before((call, metric) -> {
            if (metric.startsWith("m.") && !metric.equals("m.0")) {
                throw cluster.agent("b").unreachable();
            }
        });

        CommandRun run = run(cluster, "delete", "-w", "2", "--noconfirm", "-r", "^(m|x)");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err())
                .contains("it and those behind it were not tried, as b:4242 does not answer any more")
                .endsWith("Deleted 3 metrics; 0 gone already; 500 failed.\n");
        assertThat(cluster.agent("b").calls()).hasSizeLessThan(12);
        assertThat(cluster.agent("b").metrics()).contains("x.2", "w.1").hasSize(501);
        assertThat(cluster.agent("a").metrics()).isEmpty();
    }

    @Test
    void worksOnGoDaemons() {
        for (String host : new String[] {"a", "b", "c"}) {
            cluster.add(host, cluster.goDescription(host))
                    .write("m." + host, "p")
                    .write("keep", "p");
        }

        assertThat(run(cluster, "delete", "--noconfirm", "-r", "^m").code()).isZero();
        assertThat(cluster.agent("c").metrics()).containsExactly("keep");
    }

    @Test
    void needsToBeToldWhichMetrics() {
        assertThat(run(cluster, "delete", "--noconfirm").code()).isEqualTo(2);
        assertThat(runWithInput(cluster, "x.1", "delete", "--noconfirm", "-").code())
                .isEqualTo(2);
        assertThat(cluster.agent("a").metrics()).containsExactly("x.1", "x.2");
    }
}
