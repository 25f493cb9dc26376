package org.buckytools.protocol.transfer;

import java.util.Optional;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import tools.jackson.core.JsonGenerator;

/**
 * What became of one item of a {@link PullRequest}.
 *
 * @param index the item's place in the request, from 0
 * @param outcome what happened
 * @param size the metric's apparent size in bytes at the source, 0 if it failed before that was known
 * @param wireBytes bytes of file content that crossed the network
 * @param version the source's version that is now stored here, for {@link DeleteItem}; empty if the source was being
 *     written while it was read, so that it must be pulled again before it can be deleted
 * @param leftBehind points of the source that found no place here (later than now, or of a retention that this file
 *     does not have): if not 0 the source holds something that this copy does not, and must not be deleted
 * @param failure why it failed; present exactly if {@code outcome} is {@link Outcome#FAILED}
 */
public record PullResult(
        int index,
        Outcome outcome,
        long size,
        long wireBytes,
        Optional<String> version,
        long leftBehind,
        Optional<ItemFailure> failure)
        implements JsonMessage {

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
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeNumberProperty("i", index);
        json.writeStringProperty("outcome", outcome.name());
        json.writeNumberProperty("size", size);
        json.writeNumberProperty("wire", wireBytes);
        version.ifPresent(text -> json.writeStringProperty("version", text));
        json.writeNumberProperty("leftBehind", leftBehind);
        failure.ifPresent(problem -> problem.writeFields(json));
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes. */
    public static PullResult read(JsonInput input) throws MalformedMessageException {
        int index = -1;
        Outcome outcome = null;
        long size = 0;
        long wireBytes = 0;
        Optional<String> version = Optional.empty();
        long leftBehind = 0;
        ItemFailure.Reason reason = null;
        String message = "";
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "i" -> index = input.integer(0, PullRequest.MAX_ITEMS - 1);
                case "outcome" -> outcome = input.text(Outcome::valueOf);
                case "size" -> size = input.number(0, Long.MAX_VALUE);
                case "wire" -> wireBytes = input.number(0, Long.MAX_VALUE);
                case "version" -> version = input.optionalText();
                case "leftBehind" -> leftBehind = input.number(0, Long.MAX_VALUE);
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
        return new PullResult(
                index,
                outcome,
                size,
                wireBytes,
                version,
                leftBehind,
                outcome == Outcome.FAILED ? Optional.of(new ItemFailure(reason, message)) : Optional.empty());
    }
}
