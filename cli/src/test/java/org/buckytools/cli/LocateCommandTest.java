package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeCluster;
import org.junit.jupiter.api.Test;

class LocateCommandTest extends CommandTestBase {
    private static final String JUMP_MEMBERS = jumpMembers();

    @Test
    void printsTheHostOfEachName() {
        FakeCluster cluster = FakeCluster.ofThree();

        assertThat(run(cluster, "locate", "foo.bar", "foo.baz", "foo.bar"))
                .isEqualTo(new CommandRun(
                        0,
                        "foo.bar => " + cluster.ring().stores("foo.bar").getFirst() + "\nfoo.baz => "
                                + cluster.ring().stores("foo.baz").getFirst() + "\n",
                        ""));
    }

    @Test
    void printsAllHostsOnARingWithReplicas() {
        FakeCluster cluster = new FakeCluster(2, "a", "b", "c");
        String hosts = String.join(", ", cluster.ring().stores("foo"));

        assertThat(run(cluster, "locate", "foo").out()).isEqualTo("foo => " + hosts + "\n");
        assertThat(run(cluster, "locate", "-j", "foo").out())
                .isEqualTo("{\"foo\":[\"" + hosts.replace(", ", "\",\"") + "\"]}\n");
    }

    @Test
    void locatesWithoutAskingAnyone() {
        FakeCluster cluster = FakeCluster.ofThree();

        CommandRun run = run(cluster, "locate", "--hash", "jump_fnv1a", "--nodes", JUMP_MEMBERS, "foobar");

        assertThat(run).isEqualTo(new CommandRun(0, "foobar => graphite-data043-g5\n", ""));
        assertThat(cluster.agent("a").calls()).isEmpty();
    }

    @Test
    void warnsOnceOfNamesThatTheGoToolsPlaceElsewhere() {
        for (String hash : List.of("jump_fnv1a", "fnv1a")) {
            assertThat(run(
                                    FakeCluster.ofThree(),
                                    "locate",
                                    "--hash=" + hash,
                                    "--nodes=a",
                                    "plain",
                                    "x.日本",
                                    "hä.load",
                                    "t;tag=ü")
                            .err())
                    .isEqualTo(
                            "bucky: warning: 2 metrics have characters beyond ASCII in the name, for example hä.load; "
                                    + hash
                                    + " places them as carbon-c-relay on x86 does, where the Go tools would put them"
                                    + " elsewhere: see \"Bytes above 127\" in docs/hash-rings.md\n");
        }
        for (String hash : List.of("carbon", "jump_string", "carbon1_fnv1a")) {
            assertThat(run(FakeCluster.ofThree(), "locate", "--hash=" + hash, "--nodes=a,b", "hä.load")
                            .err())
                    .isEmpty();
        }
    }

    @Test
    void locatesTheMetricsThatAnExpressionFinds() {
        FakeCluster cluster = new FakeCluster(1, "a");
        cluster.agent("a").write("foo.1", "p").write("bar.1", "p");

        assertThat(run(cluster, "locate", "--regex", "^f").out()).isEqualTo("foo.1 => a\n");
    }

    @Test
    void placesATaggedSeriesByWhatTheRelayHashes() {
        // SHA-256 of disk;host=web.1 begins with 8aacb0
        String readable = "_tagged.8aa.cb0.disk;host=web_DOT_1";
        String hashOnly = "_tagged.8aa.cb0.8aacb0f10d9034848af721e2eaddd80aa037ecfd19cf08ac801d0ee6b258f3de";

        CommandRun run = run(FakeCluster.ofThree(), "locate", "--nodes", "a,b,c,d,e,f,g,h", "disk", readable, hashOnly);

        String[] lines = run.out().split("\n");
        assertThat(lines[1].replace(readable, "disk")).isEqualTo(lines[0]);
        assertThat(lines[2]).isEqualTo(hashOnly + " => ?");
    }

    @Test
    void endsWith3IfADaemonIsDown() {
        FakeCluster cluster = FakeCluster.ofThree();
        cluster.agent("c").down(true);

        CommandRun run = run(cluster, "locate", "foo");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).startsWith("foo => ");
        assertThat(run.err()).isEqualTo("bucky: warning: c:4242 does not answer: connection refused\n");
    }

    @Test
    void endsWith4IfTheDaemonsDisagree() {
        FakeCluster cluster = FakeCluster.ofThree();
        cluster.add("c", new FakeCluster(1, "a", "b", "d").description("c"));

        CommandRun run = run(cluster, "locate", "foo");

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void refusesToLocateNothing() {
        assertThat(run(FakeCluster.ofThree(), "locate")).isEqualTo(new CommandRun(2, "", """
                bucky: no metrics are given
                  Give names, - for a JSON array on standard input, or --regex REGEX.
                """));
    }

    @Test
    void refusesARingWithoutMembers() {
        assertThat(run(FakeCluster.ofThree(), "locate", "--hash", "carbon", "foo")
                        .code())
                .isEqualTo(2);
        assertThat(run(FakeCluster.ofThree(), "locate", "--nodes", "a,a", "foo"))
                .isEqualTo(new CommandRun(2, "", """
                bucky: member a is there twice
                """));
    }

    private static String jumpMembers() {
        StringBuilder members = new StringBuilder();
        for (int i = 10; i <= 54; i++) {
            members.append(i > 10 ? "," : "").append(i < 19 ? "graphite" : "graphite-data");
            members.append(String.format("%03d-g5", i));
        }
        return members.toString();
    }
}
