package org.buckytools.cli.task;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.NameSink;
import org.buckytools.protocol.OwnedNameSink;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.transfer.MisplacedQuery;

/**
 * Finds metrics on nodes where the ring does not want them. A daemon of version 2 finds them by itself; the list of another one
 * is fetched and judged here.
 */
public final class FindMisplaced {
    private final Cluster cluster;
    private final MetricQuery query;
    private final List<String> exceptPrefixes;

    /**
     * @param query which metrics to look at
     * @param exceptPrefixes names that start with one of these are not looked at
     */
    public FindMisplaced(Cluster cluster, MetricQuery query, List<String> exceptPrefixes) {
        this.cluster = cluster;
        this.query = query;
        this.exceptPrefixes = List.copyOf(exceptPrefixes);
    }

    /** Takes what is found. */
    @FunctionalInterface
    public interface Sink {
        /** Where misplaced metrics go that these hosts should have, given in ring order; may be asked more than once. */
        NameSink of(List<String> owners);
    }

    /** The misplaced metrics of every node that is up. */
    public Listing run() throws InterruptedException {
        return Collected.from(cluster, node -> {
            NameList.Builder names = NameList.builder();
            if (node.speaksVersion2()) {
                node.client().misplacedNames(asked(node, true), only(wanted(), names::add));
            } else {
                judgeHere(node, owners -> names::add);
            }
            return names.build();
        });
    }

    /** The misplaced metrics of one daemon, which need not be in the ring: then all of its metrics are misplaced. */
    public void on(Node node, Sink sink) throws AgentException {
        if (node.speaksVersion2()) {
            askNode(node, sink);
        } else {
            judgeHere(node, sink);
        }
    }

    private void askNode(Node node, Sink sink) throws AgentException {
        Optional<Set<String>> wanted = wanted();
        node.client().misplaced(asked(node, false), new OwnedNameSink() {
            private NameSink names;

            @Override
            public void owners(List<String> hosts) {
                names = only(wanted, sink.of(hosts));
            }

            @Override
            public void name(byte[] utf8, int from, int to) {
                names.name(utf8, from, to);
            }
        });
    }

    private MisplacedQuery asked(Node node, boolean namesOnly) {
        return new MisplacedQuery(
                cluster.description(), node.host(), query.regex(), exceptPrefixes, namesOnly, query.rescan());
    }

    /** The names that are asked for; empty if all are. */
    private Optional<Set<String>> wanted() {
        return query.names().map(HashSet::new);
    }

    private static NameSink only(Optional<Set<String>> wanted, NameSink names) {
        return wanted.isEmpty()
                ? names
                : (utf8, from, to) -> {
                    if (wanted.get().contains(NameSink.text(utf8, from, to))) {
                        names.name(utf8, from, to);
                    }
                };
    }

    private void judgeHere(Node node, Sink sink) throws AgentException {
        Placement placement = new Placement(cluster.ring());
        Map<List<String>, NameSink> sinks = new HashMap<>();
        node.client().list(query, (utf8, from, to) -> {
            String metric = NameSink.text(utf8, from, to);
            if (exceptPrefixes.stream().anyMatch(metric::startsWith)) {
                return;
            }
            List<String> owners = placement.hosts(metric);
            if (!owners.isEmpty() && !owners.contains(node.host())) {
                sinks.computeIfAbsent(owners, sink::of).name(utf8, from, to);
            }
        });
    }
}
