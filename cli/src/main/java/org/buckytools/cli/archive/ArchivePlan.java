package org.buckytools.cli.archive;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.task.Listing;
import org.buckytools.cli.task.Placement;
import org.buckytools.hashring.HashRing;
import org.buckytools.protocol.names.NameList;

/**
 * Which metrics an archive is to have, in order, and from where: the first owner that has it, else whichever copy has the newest
 * point. Walks through the compact lists of the nodes, so it takes no memory of its own.
 */
final class ArchivePlan {
    private final List<NameList> lists;
    private final List<Node> nodes;
    private final Placement placement;
    private final long size;
    private final List<String> absent;
    private final boolean complete;

    /**
     * @param named the metrics that were asked for by name, if they were
     */
    ArchivePlan(Listing listing, HashRing ring, Optional<List<String>> named) {
        this.lists = listing.names();
        this.nodes = listing.found().stream().map(Listing.Found::node).toList();
        this.placement = new Placement(ring);
        Set<String> missing = new LinkedHashSet<>(named.orElse(List.of()));
        long count = 0;
        NameList.Merge names = NameList.merge(lists);
        while (names.next()) {
            count++;
            if (!missing.isEmpty()) {
                missing.remove(names.cursor().name());
            }
        }
        this.size = count;
        this.absent = List.copyOf(missing);
        this.complete = listing.failures().isEmpty();
    }

    /** How many metrics there are. */
    long size() {
        return size;
    }

    /** Whether every node said what it has. */
    boolean isComplete() {
        return complete;
    }

    /** Those asked for by name that no node has. */
    List<String> absent() {
        return absent;
    }

    /**
     * One metric.
     *
     * @param nodes that have it, in the order in which they are to be asked
     * @param isContested whether none of them owns it and there are several: then all are asked, and the newest wins
     * @param strays how many nodes have it that do not own it, without the one that is asked first
     */
    record Choice(String metric, List<Node> nodes, boolean isContested, int strays) {}

    /** Walks through the metrics, sorted by the bytes of their names. For one thread. */
    final class Walk {
        private final NameList.Merge names = NameList.merge(lists);

        /** The next metric; empty at the end. */
        Optional<Choice> next() {
            if (!names.next()) {
                return Optional.empty();
            }
            String metric = names.cursor().name();
            if (names.occurrences() == 1) {
                return Optional.of(new Choice(metric, List.of(nodes.get(names.source())), false, 0));
            }
            List<Node> having = new ArrayList<>();
            for (int i = 0; i < names.occurrences(); i++) {
                having.add(nodes.get(names.source(i)));
            }
            List<Node> owning = new ArrayList<>();
            for (String host : placement.hosts(metric)) {
                having.stream().filter(node -> node.host().equals(host)).forEach(owning::add);
            }
            Set<Node> ordered = new LinkedHashSet<>(owning);
            ordered.addAll(having);
            int strays = having.size() - Math.max(1, new HashSet<>(owning).size());
            return Optional.of(new Choice(metric, List.copyOf(ordered), owning.isEmpty(), strays));
        }
    }

    Walk walk() {
        return new Walk();
    }
}
