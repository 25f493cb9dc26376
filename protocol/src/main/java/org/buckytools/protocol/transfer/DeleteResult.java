package org.buckytools.protocol.transfer;

import java.util.Optional;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import tools.jackson.core.JsonGenerator;

/**
 * What became of items of a {@link DeleteRequest} that fared alike, mostly of one.
 *
 * @param index the first item's place in the request, from 0
 * @param count how many items in a row it is about, at least 1
 * @param outcome what happened to each
 * @param failure why it is still there; present exactly if {@code outcome} is {@link Outcome#KEPT}
 */
public record DeleteResult(int index, int count, Outcome outcome, Optional<ItemFailure> failure)
        implements JsonMessage, ItemResult<DeleteResult> {

    /** What happened to the file. */
    public enum Outcome {
        /** It is gone. */
        DELETED,
        /** It was gone already, which is no failure. */
        ABSENT,
        /** It is still there, under its name, with all its points. */
        KEPT
    }

    public DeleteResult {
        if (failure.isPresent() != (outcome == Outcome.KEPT)) {
            throw new IllegalArgumentException("a failure goes with the outcome KEPT, and only with it");
        }
    }

    /** Of one item that is there no more. */
    public static DeleteResult gone(int index, Outcome outcome) {
        return new DeleteResult(index, 1, outcome, Optional.empty());
    }

    /** Of one item that is still there. */
    public static DeleteResult kept(int index, ItemFailure failure) {
        return new DeleteResult(index, 1, Outcome.KEPT, Optional.of(failure));
    }

    @Override
    public boolean isAlike(DeleteResult next) {
        return outcome == next.outcome && failure.isEmpty() && next.failure.isEmpty();
    }

    @Override
    public DeleteResult of(int items) {
        return new DeleteResult(index, items, outcome, failure);
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeNumberProperty("i", index);
        if (count > 1) {
            json.writeNumberProperty("n", count);
        }
        json.writeStringProperty("outcome", outcome.name());
        failure.ifPresent(problem -> problem.writeFields(json));
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes. */
    public static DeleteResult read(JsonInput input) throws MalformedMessageException {
        int index = -1;
        int count = 1;
        Outcome outcome = null;
        ItemFailure.Reason reason = null;
        String message = "";
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "i" -> index = input.integer(0, DeleteRequest.MAX_ITEMS - 1);
                case "n" -> count = input.integer(1, DeleteRequest.MAX_ITEMS);
                case "outcome" -> outcome = input.text(Outcome::valueOf);
                case "reason" -> reason = ItemFailure.Reason.ofWire(input.text());
                case "message" -> message = input.text();
                default -> input.skip();
            }
        }
        if (index < 0) {
            throw input.problem("the field i is missing");
        }
        if (input.required(outcome, "outcome") == Outcome.KEPT) {
            input.required(reason, "reason");
        }
        return new DeleteResult(
                index,
                count,
                outcome,
                outcome == Outcome.KEPT ? Optional.of(new ItemFailure(reason, message)) : Optional.empty());
    }
}
