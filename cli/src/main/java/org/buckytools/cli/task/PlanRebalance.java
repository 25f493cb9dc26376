package org.buckytools.cli.task;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.AccessRefusal;
import org.buckytools.cli.cluster.Answer;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.transfer.JobFile;
import org.buckytools.cli.transfer.Plan;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.names.NameList;

/** Finds out what has to be moved so that every metric is where the ring wants it. */
public final class PlanRebalance {
    private final Cluster cluster;
    private final FindMisplaced misplaced;
    private final Set<DaemonAddress> allowedDestinations;
    private final Optional<JobFile> jobFile;
    private final boolean delete;

    /**
     * @param query which metrics to look at
     * @param exceptPrefixes names that start with one of these stay where they are
     * @param allowedDestinations who may get metrics; everyone if it is empty
     * @param jobFile moves that an earlier run has done
     * @param delete whether sources will be deleted, for which all of a metric's owners must have it
     */
    public PlanRebalance(
            Cluster cluster,
            MetricQuery query,
            List<String> exceptPrefixes,
            Set<DaemonAddress> allowedDestinations,
            Optional<JobFile> jobFile,
            boolean delete) {
        this.cluster = cluster;
        this.misplaced = new FindMisplaced(cluster, query, exceptPrefixes);
        this.allowedDestinations = Set.copyOf(allowedDestinations);
        this.jobFile = jobFile;
        this.delete = delete;
    }

    /**
     * What is to be done.
     *
     * @param resumed moves left out because an earlier run has done them
     */
    public record Rebalance(Plan plan, long resumed) {}

    /**
     * Where metrics go.
     *
     * @param isWhole whether these are all the owners that the ring has for them
     */
    private record Way(Set<String> destinations, boolean isWhole) {}

    /** The misplaced metrics of one daemon. */
    private final class Found {
        private final Node source;
        private final Map<Way, NameList.Builder> metrics = new HashMap<>();

        /** A ring has few different lists of owners, so each is made a set once. In no order: for a move, replicas are alike. */
        private final Map<List<String>, Set<String>> sets = new HashMap<>();

        private long resumed;

        Found(Node source) {
            this.source = source;
        }

        void add(String metric, List<String> owners) {
            Set<String> hosts = sets.computeIfAbsent(owners, list -> new TreeSet<>(list));
            Set<String> left = hosts;
            if (!allowedDestinations.isEmpty()) {
                left = without(left, host -> !allowedDestinations.contains(address(host)));
            }
            if (jobFile.isPresent()) {
                Set<String> open = without(left, host -> isCompleted(metric, host));
                resumed += left.size() - open.size();
                // For the source to be deleted, all must have the same version, so all are looked at once more.
                left = delete && !open.isEmpty() ? left : open;
            }
            if (!left.isEmpty()) {
                Way way = new Way(left, left.size() == hosts.size());
                metrics.computeIfAbsent(way, key -> NameList.builder()).add(metric);
            }
        }

        private boolean isCompleted(String metric, String host) {
            return jobFile.orElseThrow()
                    .isCompleted(source.toString(), address(host).toString(), metric, metric);
        }

        private Set<String> without(Set<String> hosts, Predicate<String> excluded) {
            if (hosts.stream().noneMatch(excluded)) {
                return hosts;
            }
            Set<String> left = new TreeSet<>(hosts);
            left.removeIf(excluded);
            return left;
        }
    }

    private DaemonAddress address(String host) {
        return new DaemonAddress(host, cluster.settings().first().port());
    }

    /**
     * Asks all nodes of the cluster and these daemons outside of it.
     *
     * @throws UserFacingException if one of them fails
     */
    public Rebalance run(List<Node> outsiders) throws UserFacingException, InterruptedException {
        List<Node> sources = new ArrayList<>(cluster.upNodes());
        sources.addAll(outsiders);
        List<Found> all = new ArrayList<>();
        for (Answer<Found> answer : cluster.ask(sources, this::find)) {
            all.add(answer.value().orElseThrow(() -> refusal(answer)));
        }
        Map<String, Node> destinations = destinations(all);
        List<Plan.Group> groups = new ArrayList<>();
        long resumed = 0;
        for (Found found : all) {
            resumed += found.resumed;
            List<Way> ways = found.metrics.keySet().stream()
                    .sorted(Comparator.comparing((Way way) -> String.join(",", way.destinations()))
                            .thenComparing(Way::isWhole))
                    .toList();
            for (Way way : ways) {
                List<Node> nodes =
                        way.destinations().stream().map(destinations::get).toList();
                // Taken out, so that the builder's memory can go.
                NameList names = found.metrics.remove(way).build();
                groups.add(new Plan.Group(found.source, nodes, Plan.Items.unrenamed(names), way.isWhole()));
            }
        }
        return new Rebalance(new Plan(groups), resumed);
    }

    private Found find(Node source) throws AgentException {
        Found found = new Found(source);
        misplaced.on(source, found::add);
        return found;
    }

    private static UserFacingException refusal(Answer<?> answer) {
        AgentException failure = answer.failure().orElseThrow();
        return new UserFacingException(
                ExitCode.CLUSTER,
                failure.getMessage(),
                List.of("Nothing was changed."),
                AccessRefusal.isOne(failure)
                        ? "Daemons there check access: " + AccessRefusal.NEXT_STEP + "."
                        : "See to that daemon, or run with -s to work on a single node.");
    }

    private Map<String, Node> destinations(List<Found> all) throws UserFacingException {
        Map<String, Node> nodes = new HashMap<>();
        cluster.nodes().forEach(node -> nodes.put(node.host(), node));
        Set<String> wanted = new TreeSet<>();
        all.forEach(found -> found.metrics.keySet().forEach(way -> wanted.addAll(way.destinations())));
        for (String host : wanted) {
            // With -s the cluster is one node, and the others are met only here.
            if (!nodes.containsKey(host)) {
                nodes.put(host, cluster.member(host));
            }
        }
        return nodes;
    }
}
