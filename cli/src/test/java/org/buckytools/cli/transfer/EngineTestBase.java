package org.buckytools.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.cluster.NodeState;
import org.buckytools.cli.testing.FakeAgent;
import org.buckytools.cli.testing.FakeCluster;
import org.buckytools.cli.testing.FakeTicker;
import org.buckytools.protocol.names.NameList;

/** Runs plans on daemons in memory: a and b and c, of version 2 unless made otherwise. */
abstract class EngineTestBase {
    final FakeCluster cluster = FakeCluster.ofThree();
    final FakeTicker ticker = new FakeTicker();
    final Recorder recorder = new Recorder();
    int workers = 10;
    boolean delete = true;
    boolean offload = true;
    boolean trustV1Fill;
    Throttle throttle = Throttle.NONE;

    final Node node(String host) {
        FakeAgent agent = cluster.agent(host);
        return new Node(host, agent.address(), agent, new NodeState.Agrees(agent.description()));
    }

    /** Makes metrics m0000 and on, with one point each, on this host. */
    final void store(String host, int metrics) {
        for (int i = 0; i < metrics; i++) {
            cluster.agent(host).write(name(i), "p" + i);
        }
        cluster.pass(3600);
    }

    static String name(int i) {
        return String.format("m%05d", i);
    }

    /** Moves all metrics of one host. */
    final Plan.Group group(String source, String... destinations) {
        NameList.Builder names = NameList.builder();
        cluster.agent(source).metrics().forEach(names::add);
        return new Plan.Group(
                node(source),
                List.of(destinations).stream().map(this::node).toList(),
                Plan.Items.unrenamed(names.build()),
                true);
    }

    final TransferEngine engine(Plan.Group... groups) {
        TransferSettings settings =
                new TransferSettings(workers, delete, offload, true, trustV1Fill, PenaltyPolicy.DEFAULT);
        return new TransferEngine(settings, new Plan(List.of(groups)), throttle, ticker, cluster.clock());
    }

    final void move(Plan.Group... groups) throws IOException, InterruptedException {
        long left = engine(groups).run(recorder);

        assertThat(left).isZero();
        assertThat(recorder.ends().values()).as("each metric comes to one end").containsOnly(1);
    }
}
