package org.buckytools.protocol.transfer;

import java.util.Optional;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import tools.jackson.core.JsonGenerator;

/**
 * What became of items of a {@link PullRequest} that fared alike, mostly of one.
 *
 * @param index the first item's place in the request, from 0
 * @param count how many items in a row it is about, at least 1
 * @param outcome what happened to each
 * @param size each metric's apparent size in bytes at the source, 0 if it failed before that was known
 * @param wireBytes bytes of each one's content that crossed the network
 * @param version the source's version that is now stored here, for {@link DeleteItem}; empty if the source was being
 *     written while it was read, so that it must be pulled again before it can be deleted, and if it is removed
 * @param leftBehind points of the source that found no place here (later than now, or of a retention that this file
 *     does not have): if not 0 the source holds something that this copy does not, and must not be deleted
 * @param removed whether the source has deleted it since, as {@link PullRequest#remove} asked for
 * @param failure why it failed; present exactly if {@code outcome} is {@link Outcome#FAILED}
 */
public record PullResult(
        int index,
        int count,
        Outcome outcome,
        long size,
        long wireBytes,
        Optional<String> version,
        long leftBehind,
        boolean removed,
        Optional<ItemFailure> failure)
        implements JsonMessage, ItemResult<PullResult> {

    /** What happened to the destination's file. */
    public enum Outcome {
        /** There was none; it is now an exact copy. */
        CREATED,
        /** There was one and it got points that it lacked. */
        FILLED,
        /** There was one and it lacked nothing. */
        UNCHANGED,
        /** Nothing was changed here. */
        FAILED
    }

    public PullResult {
        if (failure.isPresent() != (outcome == Outcome.FAILED)) {
            throw new IllegalArgumentException("a failure goes with the outcome FAILED, and only with it");
        }
        if (removed && (leftBehind > 0 || failure.isPresent())) {
            throw new IllegalArgumentException("what was not copied whole is not removed");
        }
    }

    /** Of one item that was stored. */
    public static PullResult stored(
            int index, Outcome outcome, long size, long wireBytes, Optional<String> version, long leftBehind) {
        return new PullResult(index, 1, outcome, size, wireBytes, version, leftBehind, false, Optional.empty());
    }

    /** Of one item that was not. */
    public static PullResult failed(int index, long size, long wireBytes, ItemFailure failure) {
        return new PullResult(
                index, 1, Outcome.FAILED, size, wireBytes, Optional.empty(), 0, false, Optional.of(failure));
    }

    /** The same, after the source has deleted it. */
    public PullResult afterRemoval() {
        return new PullResult(index, count, outcome, size, wireBytes, Optional.empty(), leftBehind, true, failure);
    }

    @Override
    public boolean isAlike(PullResult next) {
        return outcome == next.outcome
                && size == next.size
                && wireBytes == next.wireBytes
                && leftBehind == next.leftBehind
                && removed == next.removed
                && version.equals(next.version)
                && failure.isEmpty()
                && next.failure.isEmpty();
    }

    @Override
    public PullResult of(int items) {
        return new PullResult(index, items, outcome, size, wireBytes, version, leftBehind, removed, failure);
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeNumberProperty("i", index);
        if (count > 1) {
            json.writeNumberProperty("n", count);
        }
        json.writeStringProperty("outcome", outcome.name());
        json.writeNumberProperty("size", size);
        json.writeNumberProperty("wire", wireBytes);
        version.ifPresent(text -> json.writeStringProperty("version", text));
        json.writeNumberProperty("leftBehind", leftBehind);
        if (removed) {
            json.writeBooleanProperty("removed", true);
        }
        failure.ifPresent(problem -> problem.writeFields(json));
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes. */
    public static PullResult read(JsonInput input) throws MalformedMessageException {
        int index = -1;
        int count = 1;
        Outcome outcome = null;
        long size = 0;
        long wireBytes = 0;
        Optional<String> version = Optional.empty();
        long leftBehind = 0;
        boolean removed = false;
        ItemFailure.Reason reason = null;
        String message = "";
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "i" -> index = input.integer(0, PullRequest.MAX_ITEMS - 1);
                case "n" -> count = input.integer(1, PullRequest.MAX_ITEMS);
                case "outcome" -> outcome = input.text(Outcome::valueOf);
                case "size" -> size = input.number(0, Long.MAX_VALUE);
                case "wire" -> wireBytes = input.number(0, Long.MAX_VALUE);
                case "version" -> version = input.optionalText();
                case "leftBehind" -> leftBehind = input.number(0, Long.MAX_VALUE);
                case "removed" -> removed = input.flag();
                case "reason" -> reason = ItemFailure.Reason.ofWire(input.text());
                case "message" -> message = input.text();
                default -> input.skip();
            }
        }
        if (index < 0) {
            throw input.problem("the field i is missing");
        }
        if (input.required(outcome, "outcome") == Outcome.FAILED) {
            input.required(reason, "reason");
        }
        if (removed && (leftBehind > 0 || outcome == Outcome.FAILED)) {
            throw input.problem("it is removed, although it was not copied whole");
        }
        return new PullResult(
                index,
                count,
                outcome,
                size,
                wireBytes,
                version,
                leftBehind,
                removed,
                outcome == Outcome.FAILED ? Optional.of(new ItemFailure(reason, message)) : Optional.empty());
    }
}
