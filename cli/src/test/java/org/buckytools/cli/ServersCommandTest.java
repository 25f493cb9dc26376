package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeCluster;
import org.buckytools.hashring.Member;
import org.buckytools.protocol.RingDescription;
import org.junit.jupiter.api.Test;

class ServersCommandTest extends CommandTestBase {
    @Test
    void printsAHealthyCluster() {
        assertThat(run(new FakeCluster(1, "a", "b:2103=x", "b:2203=y"), "servers"))
                .isEqualTo(new CommandRun(0, """
                        Buckd daemons are using port: 4242
                        Hashing algorithm: carbon
                        Number of replicas: 1
                        Ring members: a b:2103=x b:2203=y
                        Found these servers:
                        \ta
                        \tb

                        Is cluster healthy: true
                        """, ""));
    }

    @Test
    void takesAnEmptyBuckyhostForNone() {
        environment = Map.of("BUCKYHOST", "");

        CommandRun run = run(FakeCluster.ofThree(), "servers");

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains("localhost:4242 does not answer");
    }

    @Test
    void warnsOfListsThatLackSomething() {
        FakeCluster cluster = FakeCluster.ofThree();
        cluster.agent("a").listLacks(1, Optional.empty());
        cluster.agent("b").listLacks(2, Optional.of("the store's metrics could not be listed: EIO"));

        CommandRun run = run(cluster, "servers");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEqualTo("""
                bucky: warning: a:4242 could not read 1 directory, and what is in there is missing in its list of metrics; its\
                 log says which
                bucky: warning: b:4242 has an old list of its metrics, since the store's metrics could not be listed: EIO
                bucky: warning: b:4242 could not read 2 directories, and what is in there is missing in its list of metrics; its\
                 log says which
                """);
    }

    @Test
    void endsWith4AndSaysWhichDaemonIsDown() {
        FakeCluster cluster = FakeCluster.ofThree();
        cluster.agent("c").down(true);

        assertThat(run(cluster, "servers")).isEqualTo(new CommandRun(4, """
                        Buckd daemons are using port: 4242
                        Hashing algorithm: carbon
                        Number of replicas: 1
                        Ring members: a b c
                        Found these servers:
                        \ta
                        \tb
                        \tc

                        Is cluster healthy: false
                        """, """
                        bucky: c:4242 does not answer: connection refused
                          Nothing was changed. 2 of 3 nodes agree on the ring.
                          Start buckyd on c, or run with -s to work on a single node.
                        """));
    }

    @Test
    void saysExactlyWhatDiffers() {
        FakeCluster cluster = FakeCluster.ofThree();
        cluster.add("b", described("b", "carbon1", 1, "a", "c", "b"));
        cluster.add("c", described("c", "carbon", 2, "a", "b"));

        CommandRun run = run(cluster, "servers", "-j");

        assertThat(run).isEqualTo(new CommandRun(4, """
                        {"port":4242,"algorithm":"carbon","replicas":1,"diverseReplicas":false,"members":["a","b","c"],\
                        "nodes":[{"address":"a:4242","state":"agrees","name":"a","api":2,"software":"buckyd-java test"},\
                        {"address":"b:4242","state":"differs","name":"b","api":2,\
                        "differences":["has the hash ring carbon1, a:4242 has carbon",\
                        "has c as ring member 2, a:4242 has b"]},\
                        {"address":"c:4242","state":"differs","name":"c","api":2,\
                        "differences":["has replicas 2, a:4242 has 1","has 2 ring members, a:4242 has 3"]}],\
                        "healthy":false}
                        """, """
                        bucky: b:4242 has the hash ring carbon1, a:4242 has carbon
                          b:4242 has c as ring member 2, a:4242 has b
                          c:4242 has replicas 2, a:4242 has 1
                          c:4242 has 2 ring members, a:4242 has 3
                          Nothing was changed. 1 of 3 nodes agree on the ring.
                          Start every buckyd with the same members in the same order, and the same --hash and --replicas.
                        """));
    }

    @Test
    void noticesThatADaemonAnswersForAnotherNode() {
        FakeCluster cluster = FakeCluster.ofThree();
        cluster.add("c", cluster.description("b"));

        assertThat(run(cluster, "servers").err()).startsWith("bucky: c:4242 says that it is the ring member b\n");
    }

    @Test
    void agreesWithAGoDaemonThatPlacesMetricsAlike() {
        FakeCluster cluster = FakeCluster.ofThree();
        cluster.add("c", cluster.goDescription("c"));

        assertThat(run(cluster, "servers").code()).isZero();
        assertThat(run(cluster, "servers", "-h", "c").code()).isZero();
    }

    @Test
    void takesJumpFnv1aOfAGoDaemonForTheOrderOfStrings() {
        FakeCluster cluster = FakeCluster.ofThree();
        List<Member> members = List.of(Member.parse("a=10"), Member.parse("a=9"));
        cluster.add(
                "a",
                new RingDescription(
                        "a",
                        members,
                        "jump_fnv1a",
                        1,
                        Optional.empty(),
                        Optional.empty(),
                        1,
                        Optional.empty(),
                        OptionalInt.empty()));

        CommandRun run = run(cluster, "locate", "-s", "--json", "foo");

        assertThat(run).isEqualTo(new CommandRun(0, "{\"foo\":\"a\"}\n", ""));
    }

    @Test
    void endsWith4IfTheFirstDaemonIsDown() {
        FakeCluster cluster = FakeCluster.ofThree();
        cluster.agent("a").down(true);

        assertThat(run(cluster, "servers")).isEqualTo(new CommandRun(4, "", """
                bucky: a:4242 does not answer: connection refused
                  Nothing was changed. It is the first daemon to ask, so the ring is not known.
                  Start buckyd on a, or name another daemon with -h HOST:PORT.
                """));
    }

    @Test
    void endsWith4IfTheRingIsNone() {
        FakeCluster cluster = FakeCluster.ofThree();
        cluster.add("a", described("a", "nonsense", 1, "a"));

        CommandRun run = run(cluster, "servers");

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).startsWith("bucky: the ring of a:4242 cannot be used: unknown hash ring 'nonsense'");
    }

    @Test
    void asksOnlyOneDaemonWithSingle() {
        FakeCluster cluster = FakeCluster.ofThree();
        cluster.agent("b").down(true);

        assertThat(run(cluster, "servers", "-s").code()).isZero();
        assertThat(cluster.agent("b").calls()).isEmpty();
    }

    private static RingDescription described(String name, String type, int replicas, String... members) {
        return new RingDescription(
                name,
                List.of(members).stream().map(Member::parse).toList(),
                type,
                replicas,
                Optional.of(type),
                Optional.of(false),
                2,
                Optional.empty(),
                OptionalInt.empty());
    }
}
