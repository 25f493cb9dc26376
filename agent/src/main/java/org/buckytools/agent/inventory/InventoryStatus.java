package org.buckytools.agent.inventory;

import java.time.Instant;
import java.util.Optional;

/**
 * What an inventory says of itself.
 *
 * @param ready whether there is a list
 * @param metrics names in it; 0 as long as there is none
 * @param builtAt when the walk behind it ended; empty as long as there is none
 * @param strangeNames files with names that are no metric names, and are never touched
 * @param unplaceable tagged series stored under their hash alone, which no ring can place
 * @param walking whether a walk is going on
 * @param unreadable directories that the walk behind it could not read, or not to their end
 * @param problem why the latest walk led to no list, so that this is an older one, or none; empty if it did
 */
public record InventoryStatus(
        boolean ready,
        long metrics,
        Optional<Instant> builtAt,
        long strangeNames,
        long unplaceable,
        boolean walking,
        long unreadable,
        Optional<String> problem) {}
