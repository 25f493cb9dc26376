package org.buckytools.cli.transfer;

import static java.util.Objects.requireNonNull;

import org.buckytools.cli.cluster.AccessRefusal;

/**
 * Why a metric could not be copied or deleted.
 *
 * @param kind for deciding what to do
 * @param message what happened, naming the daemon
 */
record Problem(Kind kind, String message) {
    Problem {
        requireNonNull(kind, "kind is null");
        requireNonNull(message, "message is null");
    }

    /** Kinds, each with how often it is worth another try, whose fault it is, and what a person can do. */
    enum Kind {
        NOT_BEGUN(Tries.MANY, Side.BOTH, "Run the command again."),
        NOT_FOUND(
                Tries.ONE,
                Side.SOURCE,
                "It was deleted meanwhile or never was there: see to its name, or give --ignore404 to pass it over."),
        SOURCE_UNREADABLE(Tries.THREE, Side.SOURCE, "Look into the log of buckyd there."),
        SOURCE_CORRUPT(Tries.ONE, Side.SOURCE, "Repair or remove the file there."),
        SOURCE_UNREACHABLE(Tries.MANY, Side.SOURCE, "Start buckyd there and run the command again."),
        DESTINATION_UNWRITABLE(Tries.THREE, Side.DESTINATION, "See to space and permissions there."),
        DESTINATION_CORRUPT(Tries.ONE, Side.DESTINATION, "Repair or remove the file there."),
        COMPRESSED(
                Tries.ONE,
                Side.DESTINATION,
                "Both files stay as they are: merge them with go-carbon's own tools, or delete the one that is not wanted."),
        DESTINATION_UNREACHABLE(Tries.MANY, Side.DESTINATION, "Start buckyd there and run the command again."),
        READ_FORBIDDEN(Tries.ONE, Side.SOURCE, AccessRefusal.advice("read")),
        UPDATE_FORBIDDEN(Tries.ONE, Side.DESTINATION, AccessRefusal.advice("update")),
        DELETE_FORBIDDEN(Tries.ONE, Side.SOURCE, AccessRefusal.advice("delete")),
        REFUSED(Tries.ONE, Side.BOTH, "Look into the log of buckyd there."),
        BROKEN(Tries.THREE, Side.BOTH, "Run the command again."),
        INEXACT_FILL(
                Tries.ONE,
                Side.DESTINATION,
                "Upgrade buckyd there, or give --trust-v1-fill to let it fill as the Go tools do."),
        LEFT_BEHIND(Tries.ONE, Side.SOURCE, "Compare the two files; their schemas or clocks differ."),
        BEING_WRITTEN(Tries.MANY, Side.SOURCE, "Run the command again when it is not written all the time."),
        KEEPS_CHANGING(Tries.ONE, Side.SOURCE, "Stop what writes it there, and run the command again.");

        private final Tries tries;
        private final Side side;
        private final String nextStep;

        Kind(Tries tries, Side side, String nextStep) {
            this.tries = tries;
            this.side = side;
            this.nextStep = nextStep;
        }

        /** Whether it is the caller's token that does not allow it, and so neither the next one. */
        boolean isForbidden() {
            return this == READ_FORBIDDEN || this == UPDATE_FORBIDDEN || this == DELETE_FORBIDDEN;
        }

        int tries() {
            return tries.count;
        }

        Side side() {
            return side;
        }

        String nextStep() {
            return nextStep;
        }
    }

    private enum Tries {
        ONE(1),
        THREE(3),
        MANY(5);

        private final int count;

        Tries(int count) {
            this.count = count;
        }
    }

    /** Whose doing it was. */
    enum Side {
        SOURCE,
        DESTINATION,
        BOTH
    }
}
