package org.buckytools.cli.transfer;

import org.buckytools.protocol.client.AgentBabbleException;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentInterruptedException;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.client.AgentUnreachableException;
import org.buckytools.protocol.client.InventoryNotReadyException;
import org.buckytools.protocol.transfer.ItemFailure;

/** What failures of daemons mean for a metric. */
final class Problems {
    private Problems() {}

    /** A failure that a daemon reports of one metric. */
    static Problem of(ItemFailure failure) {
        Problem.Kind kind = switch (failure.reason()) {
            case NOT_FOUND -> Problem.Kind.NOT_FOUND;
            case SOURCE_UNREADABLE -> Problem.Kind.SOURCE_UNREADABLE;
            case SOURCE_CORRUPT -> Problem.Kind.SOURCE_CORRUPT;
            case SOURCE_UNREACHABLE -> Problem.Kind.SOURCE_UNREACHABLE;
            case DESTINATION_UNWRITABLE -> Problem.Kind.DESTINATION_UNWRITABLE;
            case DESTINATION_CORRUPT -> Problem.Kind.DESTINATION_CORRUPT;
            // Moves never ask for a change of schema.
            case SOURCE_REFUSED, FORBIDDEN, IMPOSSIBLE -> Problem.Kind.REFUSED;
            case COMPRESSED -> Problem.Kind.COMPRESSED;
            case CHANGED -> Problem.Kind.KEEPS_CHANGING;
            case DAMAGED_IN_TRANSIT, BUSY, INTERNAL -> Problem.Kind.BROKEN;
        };
        return new Problem(kind, failure.message());
    }

    /** A request to the source that failed as a whole. */
    static Problem ofSource(AgentException failure) {
        return new Problem(
                kindOf(failure, Problem.Kind.SOURCE_UNREACHABLE, Problem.Kind.SOURCE_UNREADABLE), failure.getMessage());
    }

    /** A request to the destination that failed as a whole. */
    static Problem ofDestination(AgentException failure) {
        return new Problem(
                kindOf(failure, Problem.Kind.DESTINATION_UNREACHABLE, Problem.Kind.DESTINATION_UNWRITABLE),
                failure.getMessage());
    }

    private static Problem.Kind kindOf(AgentException failure, Problem.Kind unreachable, Problem.Kind refused) {
        return switch (failure) {
            case AgentUnreachableException gone -> unreachable;
            case InventoryNotReadyException building -> unreachable;
            case AgentInterruptedException interrupted -> Problem.Kind.BROKEN;
            case AgentBabbleException babble -> Problem.Kind.BROKEN;
            case AgentRefusedException answer ->
                switch (answer.status()) {
                    case 401, 403 -> Problem.Kind.REFUSED;
                    // Our own daemons alone answer so, of a metric that is compressed.
                    case 409 -> Problem.Kind.COMPRESSED;
                    case 502, 503, 504 -> unreachable;
                    default -> answer.retry() == AgentException.Retry.NEVER ? Problem.Kind.REFUSED : refused;
                };
        };
    }
}
