package org.buckytools.cli.transfer;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.transfer.PullItem;

/** Brings the metrics of a batch to their destinations and has their sources deleted. Safe for use by many threads. */
final class BatchRunner {
    /** How often a metric is copied again because its source was written, before it is left there and reported. */
    private static final int MOST_ROUNDS = 6;

    private static final long FIRST_PAUSE_NANOS = 250_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;

    private final TransferSettings settings;
    private final Scheduler scheduler;
    private final Ticker ticker;
    private final Consumer<TransferEvent> events;
    private final Copiers copiers;
    private final Remover conditional = new ConditionalRemover();
    private final Remover checked = new CheckedRemover();

    BatchRunner(
            TransferSettings settings,
            Scheduler scheduler,
            Ticker ticker,
            InstantSource clock,
            Consumer<TransferEvent> events) {
        this.settings = settings;
        this.scheduler = scheduler;
        this.ticker = ticker;
        this.events = events;
        this.copiers = new Copiers(settings, clock);
    }

    /** Runs a batch to its end and gives back what is to be tried again. */
    List<Item> run(Scheduler.Batch batch) {
        Run run = new Run(batch);
        if (batch.lost().isPresent()) {
            run.giveUp(batch.lost().get());
        } else {
            for (int i = 0; i < batch.group().destinations().size(); i++) {
                run.copyTo(i);
            }
            run.settle();
        }
        return run.again;
    }

    /** Where a metric stands in this batch. */
    private enum State {
        /** On its way. */
        GOING,
        /** To be tried again later. */
        POSTPONED,
        /** Reported as done or failed. */
        ENDED
    }

    /** One metric in this batch. */
    private static final class Step {
        private final Item item;
        private State state = State.GOING;

        /** What the destinations so far have; empty once two have different ones or one has none. */
        private Optional<String> version = Optional.empty();

        private Optional<Problem> obstacle = Optional.empty();

        Step(Item item) {
            this.item = item;
        }

        PullItem names() {
            return item.names;
        }
    }

    /** A metric that its source has no more, with how that is said. */
    private record Vanished(Step step, Problem problem) {}

    private final class Run {
        private final Plan.Group group;
        private final List<Step> steps = new ArrayList<>();
        private final List<Item> again = new ArrayList<>();
        private boolean sourceBlamed;

        /** The source may be deleted on the way by a destination that is the only one; of several, all must have it first. */
        private final Copier.Terms terms;

        /** What the source has no more, perhaps because it was removed on the way and the answer was lost. */
        private final List<Vanished> vanished = new ArrayList<>();

        Run(Scheduler.Batch batch) {
            this.group = batch.group();
            boolean remove = settings.delete()
                    && group.isWhole()
                    && group.destinations().size() == 1
                    && group.destinations().getFirst().speaksVersion2()
                    && group.source().speaksVersion2();
            this.terms = new Copier.Terms(remove, batch.atOnce());
            batch.items().forEach(item -> steps.add(new Step(item)));
        }

        void giveUp(Node lost) {
            boolean isSource = lost.equals(group.source());
            Problem problem = new Problem(
                    isSource ? Problem.Kind.SOURCE_UNREACHABLE : Problem.Kind.DESTINATION_UNREACHABLE,
                    lost + " has not answered for too long and was given up");
            for (Step step : steps) {
                fail(step, isSource ? group.destinations().getFirst() : lost, false, problem);
            }
        }

        // ---- copying

        void copyTo(int destination) {
            List<Step> asked = going();
            while (!asked.isEmpty()) {
                asked = copyTo(destination, asked);
            }
        }

        private List<Step> going() {
            return steps.stream().filter(step -> step.state == State.GOING).toList();
        }

        /** Copies these and gives back those for which another way has to be tried. */
        private List<Step> copyTo(int index, List<Step> asked) {
            List<Step> otherWay = ask(index, asked);
            if (!vanished.isEmpty()) {
                lookForVanished(group.destinations().get(index));
            }
            return otherWay;
        }

        private List<Step> ask(int index, List<Step> asked) {
            Node destination = group.destinations().get(index);
            Copier copier = copiers.choose(group.source(), destination);
            boolean[] told = new boolean[asked.size()];
            try {
                copier.copy(
                        group.source(),
                        destination,
                        asked.stream().map(Step::names).toList(),
                        terms,
                        (i, result) -> {
                            told[i] = true;
                            copied(asked.get(i), index, result);
                        });
                return List.of();
            } catch (AgentException e) {
                List<Step> untold = untold(asked, told);
                Optional<String> otherWay = copiers.fallBack(copier, group.source(), destination, e);
                if (otherWay.isPresent()) {
                    events.accept(new TransferEvent.Notice(otherWay.get()));
                    return untold;
                }
                requestFailed(destination, untold, e);
                return List.of();
            }
        }

        private static List<Step> untold(List<Step> asked, boolean[] told) {
            List<Step> untold = new ArrayList<>();
            for (int i = 0; i < told.length; i++) {
                if (!told[i]) {
                    untold.add(asked.get(i));
                }
            }
            return untold;
        }

        private void copied(Step step, int index, CopyResult result) {
            Node destination = group.destinations().get(index);
            scheduler.succeeded(destination);
            if (result.problem().isPresent()) {
                if (result.problem().get().kind() == Problem.Kind.NOT_BEGUN) {
                    putBack(step, ticker.nanos());
                } else if (terms.remove() && result.problem().get().kind() == Problem.Kind.NOT_FOUND) {
                    vanished.add(new Vanished(step, result.problem().get()));
                } else {
                    itemFailed(step, destination, result.problem().get());
                }
                return;
            }
            scheduler.succeeded(group.source());
            scheduler.sized(result.size());
            if (step.item.copied[index]) {
                events.accept(new TransferEvent.CopiedAgain(
                        group.source(), destination, step.names(), result.size(), result.wireBytes()));
            } else {
                step.item.copied[index] = true;
                events.accept(new TransferEvent.Copied(
                        group.source(),
                        destination,
                        step.names(),
                        result.outcome(),
                        result.size(),
                        result.wireBytes()));
            }
            step.version = index == 0 || step.version.equals(result.version()) ? result.version() : Optional.empty();
            step.obstacle = step.obstacle.or(result::obstacle);
            if (result.removed()) {
                end(step, new TransferEvent.Done(group, step.names(), true));
            }
        }

        /**
         * What is at its destination and no more at its source is where it belongs. A pull whose answer was lost may have brought
         * it there, and the source have deleted it then.
         */
        private void lookForVanished(Node destination) {
            List<Vanished> all = List.copyOf(vanished);
            vanished.clear();
            int[] next = {0};
            try {
                destination
                        .client()
                        .stat(all.stream().map(one -> one.step().names().to()).toList(), stat -> {
                            Vanished one = all.get(next[0]++);
                            if (stat.isPresent()) {
                                arrivedUnseen(
                                        one.step(), destination, stat.get().size());
                            } else {
                                itemFailed(one.step(), destination, one.problem());
                            }
                        });
            } catch (AgentException e) {
                requestFailed(
                        destination,
                        all.stream().skip(next[0]).map(Vanished::step).toList(),
                        e);
            }
        }

        private void arrivedUnseen(Step step, Node destination, long size) {
            if (!step.item.copied[0]) {
                step.item.copied[0] = true;
                events.accept(new TransferEvent.Copied(
                        group.source(), destination, step.names(), CopyResult.Outcome.UNCHANGED, size, 0));
            }
            end(step, new TransferEvent.Done(group, step.names(), true));
        }

        private void itemFailed(Step step, Node destination, Problem problem) {
            if (problem.kind() == Problem.Kind.NOT_FOUND && step.item.deleting) {
                // The answer to the delete was lost; here is its trace.
                end(step, new TransferEvent.Done(group, step.names(), true));
                return;
            }
            if (problem.kind() == Problem.Kind.SOURCE_UNREACHABLE) {
                if (sourceBlamed) {
                    postpone(step, problem.message(), ticker.nanos());
                    return;
                }
                sourceBlamed = true;
                blame(group.source(), problem.message());
            }
            tryAgain(step, destination, problem);
        }

        /** A request failed as a whole, after the metrics before these were done. */
        private void requestFailed(Node destination, List<Step> untold, AgentException failure) {
            if (untold.isEmpty()) {
                // Only the end of the answer is missing, and nothing hangs on that.
                return;
            }
            boolean isSource = failure.daemon() != null
                    && failure.daemon().equals(group.source().address());
            Problem problem = isSource ? Problems.ofSource(failure) : Problems.ofDestination(failure);
            switch (problem.kind()) {
                case SOURCE_UNREACHABLE, DESTINATION_UNREACHABLE -> {
                    blame(isSource ? group.source() : destination, problem.message());
                    // The first may be the one that breaks it; the others were not looked at.
                    tryAgain(untold.getFirst(), destination, problem);
                    untold.stream().skip(1).forEach(step -> postpone(step, problem.message(), ticker.nanos()));
                }
                case REFUSED, READ_FORBIDDEN, UPDATE_FORBIDDEN ->
                    untold.forEach(step -> fail(step, destination, false, problem));
                default -> {
                    if (untold.size() == 1) {
                        fail(untold.getFirst(), destination, false, problem);
                    } else {
                        // One of them is to blame, and each gets a request of its own to show which.
                        untold.forEach(step -> {
                            step.item.attempts++;
                            postpone(step, problem.message(), ticker.nanos());
                        });
                    }
                }
            }
        }

        private void blame(Node node, String why) {
            switch (scheduler.failed(node)) {
                case GOES_ON -> {}
                case SET_ASIDE -> events.accept(new TransferEvent.Notice(node + " is set aside for a while: " + why));
                case GIVEN_UP ->
                    events.accept(new TransferEvent.Notice(node + " is given up, as nothing has worked: " + why));
            }
        }

        // ---- deleting

        /** Ends what is copied everywhere, once its source is deleted if that is wanted. */
        void settle() {
            List<Step> deletable = new ArrayList<>();
            for (Step step : going()) {
                if (!settings.delete() || !group.isWhole()) {
                    end(step, new TransferEvent.Done(group, step.names(), false));
                } else if (step.obstacle.isPresent()) {
                    fail(step, group.destinations().getFirst(), true, step.obstacle.get());
                } else if (step.version.isEmpty()) {
                    nextRound(
                            step,
                            new Problem(
                                    Problem.Kind.KEEPS_CHANGING,
                                    step.names().from() + " on " + group.source() + " is being written"));
                } else {
                    deletable.add(step);
                }
            }
            delete(deletable.stream().filter(step -> !hasV1Version(step)).toList(), conditional);
            delete(deletable.stream().filter(Run::hasV1Version).toList(), checked);
        }

        private static boolean hasV1Version(Step step) {
            return V1Version.isOne(step.version.orElseThrow());
        }

        private void delete(List<Step> asked, Remover remover) {
            if (asked.isEmpty()) {
                return;
            }
            List<Remover.Copied> versions = asked.stream()
                    .map(step -> new Remover.Copied(step.names().from(), step.version.orElseThrow()))
                    .toList();
            asked.forEach(step -> step.item.deleting = true);
            boolean[] told = new boolean[asked.size()];
            try {
                remover.remove(group.source(), versions, (i, outcome, problem) -> {
                    told[i] = true;
                    removed(asked.get(i), outcome, problem);
                });
            } catch (AgentException e) {
                deleteFailed(untold(asked, told), e);
            }
        }

        private void removed(Step step, Remover.Outcome outcome, Optional<Problem> problem) {
            switch (outcome) {
                case DELETED -> end(step, new TransferEvent.Done(group, step.names(), true));
                case CHANGED -> nextRound(step, problem.orElseThrow());
                case FAILED -> {
                    step.item.attempts++;
                    if (step.item.attempts < problem.orElseThrow().kind().tries()) {
                        postpone(step, problem.get().message(), later(step.item.attempts));
                    } else {
                        fail(step, group.destinations().getFirst(), true, problem.get());
                    }
                }
            }
        }

        private void deleteFailed(List<Step> untold, AgentException failure) {
            Problem problem = Problems.ofDeletion(failure);
            if (problem.kind() == Problem.Kind.SOURCE_UNREACHABLE) {
                blame(group.source(), problem.message());
            }
            for (Step step : untold) {
                removed(step, Remover.Outcome.FAILED, Optional.of(problem));
            }
        }

        private void nextRound(Step step, Problem problem) {
            step.item.rounds++;
            if (step.item.rounds < MOST_ROUNDS) {
                postpone(step, problem.message(), later(step.item.rounds));
            } else {
                fail(
                        step,
                        group.destinations().getFirst(),
                        true,
                        new Problem(
                                Problem.Kind.KEEPS_CHANGING,
                                problem.message() + ", " + MOST_ROUNDS
                                        + " times in a row; all of it is copied so far"));
            }
        }

        // ---- ends

        private void tryAgain(Step step, Node destination, Problem problem) {
            step.item.attempts++;
            if (step.item.attempts < problem.kind().tries()) {
                postpone(step, problem.message(), later(step.item.attempts));
            } else {
                fail(step, destination, false, problem);
            }
        }

        private void postpone(Step step, String reason, long notBefore) {
            putBack(step, notBefore);
            events.accept(new TransferEvent.Postponed(group, step.names(), reason));
        }

        private void putBack(Step step, long notBefore) {
            step.state = State.POSTPONED;
            step.item.notBefore = notBefore;
            again.add(step.item);
        }

        private void fail(Step step, Node destination, boolean isCopied, Problem problem) {
            end(step, new TransferEvent.Failed(group, destination, step.names(), isCopied, problem));
        }

        private void end(Step step, TransferEvent event) {
            step.state = State.ENDED;
            events.accept(event);
        }
    }

    private long later(int times) {
        long pause = Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(times, 10));
        return ticker.nanos() + pause;
    }
}
