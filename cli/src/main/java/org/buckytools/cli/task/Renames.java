package org.buckytools.cli.task;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.buckytools.cli.UserFacingException;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.transfer.PullItem;

/**
 * Old names of metrics, each once, with the new names under which their points are wanted, in the order given.
 *
 * <p>Several old names may have one new name, which merges them; where two of them have a point at the same time, the one that
 * was given first counts.
 */
public final class Renames {
    private final List<PullItem> items;
    private final Map<String, Integer> byOldName;
    private final int[] turns;

    private Renames(List<PullItem> items, Map<String, Integer> byOldName) {
        this.items = List.copyOf(items);
        this.byOldName = Map.copyOf(byOldName);
        this.turns = new int[items.size()];
        Map<String, Integer> met = new HashMap<>();
        for (int i = 0; i < turns.length; i++) {
            turns[i] = met.merge(items.get(i).to().value(), 1, Integer::sum) - 1;
        }
    }

    /** Collects them. */
    public static final class Builder {
        private final List<PullItem> items = new ArrayList<>();
        private final Map<String, Integer> byOldName = new HashMap<>();

        /**
         * Adds one.
         *
         * @throws IllegalArgumentException with a text for the user if one of the two is no metric's name, or the old name has been
         *     given another new name before
         */
        public void add(String oldName, String newName) {
            PullItem item = new PullItem(new MetricName(oldName), new MetricName(newName));
            Integer before = byOldName.putIfAbsent(oldName, items.size());
            if (before == null) {
                items.add(item);
            } else if (!items.get(before).equals(item)) {
                throw new IllegalArgumentException(
                        oldName + " has two new names, " + items.get(before).to() + " and " + newName);
            }
        }

        /** All that were added. */
        public Renames build() {
            return new Renames(items, byOldName);
        }
    }

    /** How many there are. */
    public int size() {
        return items.size();
    }

    /** One of them, by its place in the order given. */
    PullItem get(int index) {
        return items.get(index);
    }

    /** Its place among those with the same new name. */
    int turn(int index) {
        return turns[index];
    }

    /** The place of an old name; empty if it is none. */
    Optional<Integer> indexOf(String oldName) {
        return Optional.ofNullable(byOldName.get(oldName));
    }

    List<String> oldNames() {
        return items.stream().map(item -> item.from().value()).toList();
    }

    /**
     * For names that mean the same metrics before and after: refuses a new name that is an old name, too. With a -&gt; b and b -&gt; c
     * it would depend on the order whether points of a come into c, and a second run would bring them there in any case.
     */
    public void requireNoChain() throws UserFacingException {
        for (PullItem item : items) {
            Integer next = byOldName.get(item.to().value());
            if (next == null || item.from().equals(item.to())) {
                continue;
            }
            PullItem following = items.get(next);
            if (!following.from().equals(following.to())) {
                throw UserFacingException.usage(
                        item.to() + " is the new name of " + item.from() + " and an old name itself, of "
                                + following.to(),
                        "Give " + following.from() + " => " + following.to()
                                + " in a run of its own before this one, if " + following.to()
                                + " is not to have the points of " + item.from() + "; else after it.");
            }
        }
    }
}
