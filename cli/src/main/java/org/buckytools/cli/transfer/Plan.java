package org.buckytools.cli.transfer;

import static java.util.Objects.requireNonNull;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.output.ResultPrinter.PlannedMove;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.transfer.PullItem;

/**
 * What is to be moved.
 *
 * @param groups in no particular order; several may have the same source or the same destinations
 */
public record Plan(List<Group> groups) {
    public Plan {
        groups = List.copyOf(groups);
    }

    /** How many metrics are to be moved, each counted once however many destinations it has. */
    public long size() {
        return groups.stream().mapToLong(group -> group.items().size()).sum();
    }

    /** The same by source, in the order of the groups. */
    public Map<Node, Long> sizeBySource() {
        Map<Node, Long> sizes = new LinkedHashMap<>();
        for (Group group : groups) {
            sizes.merge(group.source(), (long) group.items().size(), Long::sum);
        }
        return sizes;
    }

    /** Each metric with each of its destinations, for printing. */
    public Iterable<PlannedMove> moves() {
        return () -> groups.stream().flatMap(Plan::movesOf).iterator();
    }

    private static Stream<PlannedMove> movesOf(Group group) {
        return StreamSupport.stream(group.items().spliterator(), false)
                .flatMap(item -> group.destinations().stream()
                        .map(destination -> new PlannedMove(
                                group.source().toString(),
                                item.from().value(),
                                destination.toString(),
                                item.to().value())));
    }

    /**
     * Metrics of one source that go to the same destinations.
     *
     * @param source who has them
     * @param destinations who shall get each of them; at least one
     * @param items which; made anew each time they are walked through, so that millions need not be held as objects
     * @param isWhole whether the source may be deleted when all these destinations have them; not if others should have them, too
     * @param stage groups are begun when all of lower stages have ended: where two metrics are filled into one, which of them
     *     counts where both have a point must not depend on which is faster
     */
    public record Group(Node source, List<Node> destinations, Items items, boolean isWhole, int stage) {
        public Group {
            requireNonNull(source, "source is null");
            requireNonNull(items, "items is null");
            destinations = List.copyOf(destinations);
            if (destinations.isEmpty()) {
                throw new IllegalArgumentException("metrics of " + source + " have no destination");
            }
        }

        /** A group of the first stage. */
        public Group(Node source, List<Node> destinations, Items items, boolean isWhole) {
            this(source, destinations, items, isWhole, 0);
        }
    }

    /** Metrics by their names at the source and at the destination. */
    public interface Items extends Iterable<PullItem> {
        /** How many there are. */
        int size();

        /** Metrics of which some get other names. */
        static Items of(List<PullItem> items) {
            List<PullItem> all = List.copyOf(items);
            return new Items() {
                @Override
                public int size() {
                    return all.size();
                }

                @Override
                public Iterator<PullItem> iterator() {
                    return all.iterator();
                }
            };
        }

        /** Metrics that keep their names. */
        static Items unrenamed(NameList names) {
            return new Items() {
                @Override
                public int size() {
                    return names.size();
                }

                @Override
                public Iterator<PullItem> iterator() {
                    Iterator<String> all = names.iterator();
                    return new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return all.hasNext();
                        }

                        @Override
                        public PullItem next() {
                            MetricName name = new MetricName(all.next());
                            return new PullItem(name, name);
                        }
                    };
                }
            };
        }
    }
}
