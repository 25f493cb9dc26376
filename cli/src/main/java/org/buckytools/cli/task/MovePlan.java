package org.buckytools.cli.task;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.buckytools.cli.transfer.Plan;

/**
 * A plan, and what was looked at without becoming a part of it.
 *
 * @param plan what is to be done
 * @param resumed moves left out because an earlier run has done them
 * @param settled metrics left out because they are where they would go
 * @param notFound metrics in the plan that nobody has, so that they will fail
 * @param unplaceable metrics left out because their names do not tell where they belong
 * @param doubt what to warn of metrics that other programs place elsewhere
 */
public record MovePlan(Plan plan, long resumed, long settled, long notFound, long unplaceable, Optional<String> doubt) {
    public MovePlan {
        requireNonNull(plan, "plan is null");
        requireNonNull(doubt, "doubt is null");
    }

    /** The same with what there is to be said of these names. */
    MovePlan warningOf(NamesBeyondAscii names) {
        return new MovePlan(plan, resumed, settled, notFound, unplaceable, names.warning());
    }
}
