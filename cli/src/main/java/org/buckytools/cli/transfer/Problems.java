package org.buckytools.cli.transfer;

import org.buckytools.cli.cluster.AccessRefusal;
import org.buckytools.protocol.client.AgentBabbleException;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentInterruptedException;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.client.AgentUnreachableException;
import org.buckytools.protocol.client.InventoryNotReadyException;
import org.buckytools.protocol.transfer.ItemFailure;

/** What failures of daemons mean for a metric. */
final class Problems {
    /** How a destination passes on what its source says of the caller's token. */
    private static final String MAY_NOT_READ = "allow to read ";

    private Problems() {}

    /** A failure that a destination reports of one metric. */
    static Problem of(ItemFailure failure) {
        Problem.Kind kind = switch (failure.reason()) {
            case NOT_BEGUN -> Problem.Kind.NOT_BEGUN;
            case NOT_FOUND -> Problem.Kind.NOT_FOUND;
            case SOURCE_UNREADABLE -> Problem.Kind.SOURCE_UNREADABLE;
            case SOURCE_CORRUPT -> Problem.Kind.SOURCE_CORRUPT;
            case SOURCE_UNREACHABLE -> Problem.Kind.SOURCE_UNREACHABLE;
            case DESTINATION_UNWRITABLE -> Problem.Kind.DESTINATION_UNWRITABLE;
            case DESTINATION_CORRUPT -> Problem.Kind.DESTINATION_CORRUPT;
            // Moves never ask for a change of schema.
            case SOURCE_REFUSED, IMPOSSIBLE -> Problem.Kind.REFUSED;
            case FORBIDDEN ->
                failure.message().contains(MAY_NOT_READ) ? Problem.Kind.READ_FORBIDDEN : Problem.Kind.UPDATE_FORBIDDEN;
            case COMPRESSED -> Problem.Kind.COMPRESSED;
            case CHANGED -> Problem.Kind.KEEPS_CHANGING;
            case DAMAGED_IN_TRANSIT, BUSY, INTERNAL -> Problem.Kind.BROKEN;
        };
        return new Problem(kind, failure.message());
    }

    /** A failure that a source reports of one metric that it was to delete. */
    static Problem ofDeletion(ItemFailure failure) {
        return failure.reason() == ItemFailure.Reason.FORBIDDEN
                ? new Problem(Problem.Kind.DELETE_FORBIDDEN, failure.message())
                : of(failure);
    }

    /** A request to the source to delete that failed as a whole. */
    static Problem ofDeletion(AgentException failure) {
        return AccessRefusal.isOne(failure)
                ? new Problem(Problem.Kind.DELETE_FORBIDDEN, failure.getMessage())
                : ofSource(failure);
    }

    /** A request to the source that failed as a whole. */
    static Problem ofSource(AgentException failure) {
        return new Problem(
                kindOf(
                        failure,
                        Problem.Kind.SOURCE_UNREACHABLE,
                        Problem.Kind.SOURCE_UNREADABLE,
                        Problem.Kind.READ_FORBIDDEN),
                failure.getMessage());
    }

    /** A request to the destination that failed as a whole. */
    static Problem ofDestination(AgentException failure) {
        return new Problem(
                kindOf(
                        failure,
                        Problem.Kind.DESTINATION_UNREACHABLE,
                        Problem.Kind.DESTINATION_UNWRITABLE,
                        Problem.Kind.UPDATE_FORBIDDEN),
                failure.getMessage());
    }

    private static Problem.Kind kindOf(
            AgentException failure, Problem.Kind unreachable, Problem.Kind refused, Problem.Kind forbidden) {
        return switch (failure) {
            case AgentUnreachableException gone -> unreachable;
            case InventoryNotReadyException building -> unreachable;
            case AgentInterruptedException interrupted -> Problem.Kind.BROKEN;
            case AgentBabbleException babble -> Problem.Kind.BROKEN;
            case AgentRefusedException answer ->
                switch (answer.status()) {
                    case 401, 403 -> forbidden;
                    // Our own daemons alone answer so, of a metric that is compressed.
                    case 409 -> Problem.Kind.COMPRESSED;
                    case 502, 503, 504 -> unreachable;
                    default -> answer.retry() == AgentException.Retry.NEVER ? Problem.Kind.REFUSED : refused;
                };
        };
    }
}
