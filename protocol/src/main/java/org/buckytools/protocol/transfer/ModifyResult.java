package org.buckytools.protocol.transfer;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import tools.jackson.core.JsonGenerator;

/**
 * What became of one metric of a {@link ModifyRequest}, or would become of it.
 *
 * @param index the metric's place in the request, from 0
 * @param outcome what happened
 * @param before the shape it had, {@code 1m:1d,5m:30d average 0.5}; empty if it failed
 * @param after the shape it has now
 * @param sizeBefore the file's length in bytes
 * @param sizeAfter its length now
 * @param points what became of its points
 * @param failure why it failed; present exactly if {@code outcome} is {@link Outcome#FAILED}
 */
public record ModifyResult(
        int index,
        Outcome outcome,
        String before,
        String after,
        long sizeBefore,
        long sizeAfter,
        PointCounts points,
        Optional<ItemFailure> failure)
        implements JsonMessage {

    /** What happened to the file. */
    public enum Outcome {
        /** It is as wanted now, or would be; that is on the disk. */
        CHANGED,
        /** It was as wanted already. */
        UNCHANGED,
        /** It is as it was; or half of it is, and the daemon completes it before anything else. */
        FAILED
    }

    public ModifyResult {
        requireNonNull(before, "before is null");
        requireNonNull(after, "after is null");
        requireNonNull(points, "points is null");
        if (failure.isPresent() != (outcome == Outcome.FAILED)) {
            throw new IllegalArgumentException("a failure goes with the outcome FAILED, and only with it");
        }
    }

    /** One that failed. */
    public static ModifyResult failed(int index, ItemFailure failure) {
        return new ModifyResult(index, Outcome.FAILED, "", "", 0, 0, PointCounts.NONE, Optional.of(failure));
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeNumberProperty("i", index);
        json.writeStringProperty("outcome", outcome.name());
        if (failure.isPresent()) {
            failure.get().writeFields(json);
        } else {
            json.writeStringProperty("before", before);
            json.writeStringProperty("after", after);
            json.writeNumberProperty("sizeBefore", sizeBefore);
            json.writeNumberProperty("sizeAfter", sizeAfter);
            points.writeFields(json);
        }
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes. */
    public static ModifyResult read(JsonInput input) throws MalformedMessageException {
        int index = -1;
        Outcome outcome = null;
        String before = "";
        String after = "";
        long sizeBefore = 0;
        long sizeAfter = 0;
        PointCounts points = PointCounts.NONE;
        ItemFailure.Reason reason = null;
        String message = "";
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "i" -> index = input.integer(0, ModifyRequest.MAX_ITEMS - 1);
                case "outcome" -> outcome = input.text(Outcome::valueOf);
                case "before" -> before = input.text();
                case "after" -> after = input.text();
                case "sizeBefore" -> sizeBefore = input.number(0, Long.MAX_VALUE);
                case "sizeAfter" -> sizeAfter = input.number(0, Long.MAX_VALUE);
                case "reason" -> reason = ItemFailure.Reason.ofWire(input.text());
                case "message" -> message = input.text();
                default -> points = points.with(field, input);
            }
        }
        if (index < 0) {
            throw input.problem("the field i is missing");
        }
        if (input.required(outcome, "outcome") == Outcome.FAILED) {
            return failed(index, new ItemFailure(input.required(reason, "reason"), message));
        }
        return new ModifyResult(index, outcome, before, after, sizeBefore, sizeAfter, points, Optional.empty());
    }
}
