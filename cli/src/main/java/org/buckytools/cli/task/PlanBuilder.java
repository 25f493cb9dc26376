package org.buckytools.cli.task;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
import org.buckytools.protocol.NameSink;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.transfer.PullItem;

/** Makes a plan of metrics that were found on some nodes and belong on the nodes of a cluster. */
final class PlanBuilder {
    private final Cluster destinations;
    private final Map<String, DaemonAddress> addresses = new HashMap<>();
    private final Set<DaemonAddress> allowed;
    private final Optional<JobFile> jobFile;
    private final boolean delete;

    /**
     * @param destinations whose nodes are to get metrics
     * @param allowed those that may; all if it is empty
     * @param jobFile moves that an earlier run has done
     * @param delete whether sources will be deleted, for which all of a metric's owners must have it
     */
    PlanBuilder(Cluster destinations, Set<DaemonAddress> allowed, Optional<JobFile> jobFile, boolean delete) {
        this.destinations = destinations;
        destinations.nodes().forEach(node -> addresses.put(node.host(), node.address()));
        this.allowed = Set.copyOf(allowed);
        this.jobFile = jobFile;
        this.delete = delete;
    }

    /** Collects the metrics of one node. Several nodes can be collected at once. */
    Outgoing from(Node source) {
        return new Outgoing(source);
    }

    /**
     * Where metrics go.
     *
     * @param isWhole whether these are all who should have them
     */
    private record Way(Set<String> destinations, boolean isWhole, int stage) implements Comparable<Way> {
        /** Written out, as what a JVM makes for records takes milliseconds at its first call. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Way way
                    && isWhole == way.isWhole
                    && stage == way.stage
                    && destinations.equals(way.destinations);
        }

        @Override
        public int hashCode() {
            return 31 * destinations.hashCode() + stage;
        }

        @Override
        public int compareTo(Way other) {
            int byStage = Integer.compare(stage, other.stage);
            int byName = byStage == 0
                    ? String.join(",", destinations).compareTo(String.join(",", other.destinations))
                    : byStage;
            return byName == 0 ? Boolean.compare(isWhole, other.isWhole) : byName;
        }
    }

    /** The metrics of one node. For one thread. */
    final class Outgoing {
        private final Node source;
        private final Map<Way, NameList.Builder> unrenamed = new HashMap<>();
        private final Map<Way, List<PullItem>> renamed = new HashMap<>();

        /** A ring has few different lists of owners, so each is made a set once. In no order: for a move, replicas are alike. */
        private final Map<List<String>, Set<String>> sets = new HashMap<>();

        private long resumed;
        private long settled;

        private Outgoing(Node source) {
            this.source = source;
        }

        /** Adds a metric that keeps its name and that these hosts should have. */
        void add(String metric, List<String> owners, int stage) {
            wayOf(metric, metric, owners, stage)
                    .ifPresent(way -> unrenamed
                            .computeIfAbsent(way, key -> NameList.builder())
                            .add(metric));
        }

        /** Where metrics go that keep their names and that these hosts should have. */
        NameSink unrenamed(List<String> owners, int stage) {
            if (jobFile.isPresent()) {
                return NameSink.ofTexts(metric -> add(metric, owners, stage));
            }
            Set<String> hosts = hosts(owners);
            Set<String> others = others(hosts);
            Set<String> left = allowed(others);
            if (!left.isEmpty()) {
                return unrenamed.computeIfAbsent(way(left, hosts, stage), key -> NameList.builder())::add;
            }
            return others.isEmpty() ? (utf8, from, to) -> settled++ : (utf8, from, to) -> {};
        }

        /** Adds a metric that these hosts should have under its new name. */
        void add(PullItem item, List<String> owners, int stage) {
            if (item.from().equals(item.to())) {
                add(item.from().value(), owners, stage);
            } else {
                wayOf(item.from().value(), item.to().value(), owners, stage)
                        .ifPresent(way -> renamed.computeIfAbsent(way, key -> new ArrayList<>())
                                .add(item));
            }
        }

        private Optional<Way> wayOf(String from, String to, List<String> owners, int stage) {
            Set<String> hosts = hosts(owners);
            Set<String> left = hosts;
            if (from.equals(to)) {
                left = others(left);
                if (left.isEmpty()) {
                    settled++;
                }
            }
            left = allowed(left);
            if (jobFile.isPresent()) {
                Set<String> open = without(left, host -> isCompleted(from, to, host));
                resumed += left.size() - open.size();
                // For the source to be deleted, all must have the same version, so all are looked at once more.
                left = delete && !open.isEmpty() ? left : open;
            }
            return left.isEmpty() ? Optional.empty() : Optional.of(way(left, hosts, stage));
        }

        private static Way way(Set<String> left, Set<String> hosts, int stage) {
            return new Way(left, left.size() == hosts.size(), stage);
        }

        private Set<String> hosts(List<String> owners) {
            return sets.computeIfAbsent(owners, list -> new TreeSet<>(list));
        }

        /** Those that are not the source itself. */
        private Set<String> others(Set<String> hosts) {
            return without(hosts, host -> address(host).equals(source.address()));
        }

        /** Those that may get metrics. */
        private Set<String> allowed(Set<String> hosts) {
            return allowed.isEmpty() ? hosts : without(hosts, host -> !allowed.contains(address(host)));
        }

        private boolean isCompleted(String from, String to, String host) {
            return jobFile.orElseThrow()
                    .isCompleted(source.toString(), address(host).toString(), from, to);
        }

        private Set<String> without(Set<String> hosts, Predicate<String> excluded) {
            if (hosts.stream().noneMatch(excluded)) {
                return hosts;
            }
            Set<String> left = new TreeSet<>(hosts);
            left.removeIf(excluded);
            return left;
        }

        private Set<Way> ways() {
            Set<Way> ways = new TreeSet<>();
            ways.addAll(unrenamed.keySet());
            ways.addAll(renamed.keySet());
            return ways;
        }

        private void addGroups(Map<String, Node> nodes, List<Plan.Group> groups) {
            for (Way way : ways()) {
                List<Node> to = way.destinations().stream().map(nodes::get).toList();
                // Taken out, so that the builder's memory can go.
                NameList.Builder names = unrenamed.remove(way);
                if (names != null) {
                    groups.add(new Plan.Group(
                            source, to, Plan.Items.unrenamed(names.build()), way.isWhole(), way.stage()));
                }
                List<PullItem> items = renamed.remove(way);
                if (items != null) {
                    groups.add(new Plan.Group(source, to, Plan.Items.of(items), way.isWhole(), way.stage()));
                }
            }
        }
    }

    private DaemonAddress address(String host) {
        DaemonAddress known = addresses.get(host);
        return known != null
                ? known
                : new DaemonAddress(host, destinations.settings().first().port());
    }

    /**
     * The plan of all that was collected.
     *
     * @param notFound how many of the metrics nobody has
     * @param unplaceable how many were not added because nobody knows where they belong
     * @throws UserFacingException if a node that is to get metrics does not answer
     */
    MovePlan build(List<Outgoing> all, long notFound, long unplaceable) throws UserFacingException {
        Map<String, Node> nodes = nodesFor(all);
        List<Plan.Group> groups = new ArrayList<>();
        long resumed = 0;
        long settled = 0;
        for (Outgoing outgoing : all) {
            resumed += outgoing.resumed;
            settled += outgoing.settled;
            outgoing.addGroups(nodes, groups);
        }
        return new MovePlan(new Plan(groups), resumed, settled, notFound, unplaceable, Optional.empty());
    }

    private Map<String, Node> nodesFor(List<Outgoing> all) throws UserFacingException {
        Map<String, Node> nodes = new LinkedHashMap<>();
        destinations.nodes().forEach(node -> nodes.put(node.host(), node));
        Set<String> wanted = new TreeSet<>();
        for (Outgoing outgoing : all) {
            outgoing.ways().forEach(way -> wanted.addAll(way.destinations()));
        }
        for (String host : wanted) {
            // With -s the cluster is one node, and the others are met only here.
            if (!nodes.containsKey(host)) {
                nodes.put(host, destinations.member(host));
            }
        }
        return nodes;
    }

    /**
     * What nodes answered, if all have: a plan must not be made of what some of them have.
     *
     * @throws UserFacingException if one has not
     */
    static <T> List<T> all(List<Answer<T>> answers) throws UserFacingException {
        List<T> values = new ArrayList<>();
        for (Answer<T> answer : answers) {
            values.add(answer.value().orElseThrow(() -> refusal(answer)));
        }
        return values;
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
}
