package org.buckytools.cli.archive;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.MetricName;

/**
 * A metric on its way into an archive. Belongs to whoever fetches it, until it has a {@link Outcome}, and then to the writer.
 */
final class Entry {
    private static final long TICK_MILLIS = 100;

    private final MetricName metric;
    private final boolean isContested;
    private final int strays;
    private final Deque<Node> sources;
    private final Memory.Reservation reservation;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private Optional<String> troubles = Optional.empty();
    private int attempts;

    /** How the fetching ended. */
    sealed interface Outcome {
        /**
         * It is here.
         *
         * @param warning what went wrong with better copies, as a whole sentence without a full stop
         */
        record Whole(Content content, int mode, long modTime, Optional<String> warning) implements Outcome {}

        /** It cannot be had. {@code reason} names the daemon. */
        record Failed(String reason) implements Outcome {}
    }

    Entry(ArchivePlan.Choice choice, MetricName metric, Memory.Reservation reservation) {
        this.metric = metric;
        this.isContested = choice.isContested();
        this.strays = choice.strays();
        this.sources = new ArrayDeque<>(choice.nodes());
        this.reservation = reservation;
    }

    MetricName metric() {
        return metric;
    }

    /** Copies elsewhere that are not looked at, where the ring does not want them. */
    int strays() {
        return strays;
    }

    boolean isContested() {
        return isContested;
    }

    /** Where to ask now. */
    Node source() {
        return sources.getFirst();
    }

    /** All that have it and were not given up. */
    List<Node> sources() {
        return List.copyOf(sources);
    }

    /** How many bytes of one copy of it may lie in memory; of a contested one there are two at a time. */
    long allowed() {
        return isContested ? reservation.bytes() / 2 : reservation.bytes();
    }

    /** Counts a try of the current source, and gives back how many there were. */
    int countAttempt() {
        return ++attempts;
    }

    /** Notes why a source was of no use. */
    void addTrouble(String reason) {
        troubles = Optional.of(troubles.map(before -> before + "; " + reason).orElse(reason));
    }

    /** Why sources were of no use, if any were. */
    Optional<String> troubles() {
        return troubles;
    }

    /** Gives up the current source; false if there is no other. */
    boolean nextSource() {
        if (sources.size() == 1) {
            return false;
        }
        sources.removeFirst();
        attempts = 0;
        return true;
    }

    /** It is there; the reservation stays with the entry. */
    void arrived(Outcome.Whole whole) {
        if (!outcome.complete(whole)) {
            whole.content().close();
        }
    }

    /** It will not come. */
    void failed(String reason) {
        outcome.complete(new Outcome.Failed(reason));
    }

    /** A defect, for whoever waits. */
    void broken(Throwable defect) {
        outcome.completeExceptionally(defect);
    }

    /** Gives back the memory that was reserved; for the writer, when it is done with the outcome. */
    void release() {
        reservation.close();
    }

    /** What is done now and then while waiting. */
    @FunctionalInterface
    interface Meanwhile {
        void run() throws UserFacingException;
    }

    /** Waits for the end of it. */
    Outcome await(Meanwhile meanwhile) throws InterruptedException, UserFacingException {
        while (true) {
            try {
                return outcome.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                meanwhile.run();
            } catch (ExecutionException e) {
                throw new IllegalStateException("fetching " + metric + " failed by a defect", e.getCause());
            }
        }
    }
}
