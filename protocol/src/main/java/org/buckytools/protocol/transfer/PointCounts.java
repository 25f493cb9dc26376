package org.buckytools.protocol.transfer;

import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.MalformedMessageException;
import tools.jackson.core.JsonGenerator;

/**
 * What becomes of a file's points when it gets another schema.
 *
 * @param kept are in an archive of the same step as before
 * @param aggregated coarser ones that were computed from finer ones
 * @param placed coarser ones that were written into a finer archive, each at its own time
 * @param converted got another value because the method changed between average and sum
 * @param condensed live on only as part of others
 * @param lost have no place any more
 */
public record PointCounts(long kept, long aggregated, long placed, long converted, long condensed, long lost) {
    /** No points at all. */
    public static final PointCounts NONE = new PointCounts(0, 0, 0, 0, 0, 0);

    /** Both together. */
    public PointCounts plus(PointCounts other) {
        return new PointCounts(
                kept + other.kept,
                aggregated + other.aggregated,
                placed + other.placed,
                converted + other.converted,
                condensed + other.condensed,
                lost + other.lost);
    }

    /** Adds a field for each count to the object that is being written. */
    public void writeFields(JsonGenerator json) {
        json.writeNumberProperty("kept", kept);
        json.writeNumberProperty("aggregated", aggregated);
        json.writeNumberProperty("placed", placed);
        json.writeNumberProperty("converted", converted);
        json.writeNumberProperty("condensed", condensed);
        json.writeNumberProperty("lost", lost);
    }

    /** These with one field read, if it is one of {@link #writeFields}; else the value is left out. */
    PointCounts with(String field, JsonInput input) throws MalformedMessageException {
        return switch (field) {
            case "kept" -> new PointCounts(count(input), aggregated, placed, converted, condensed, lost);
            case "aggregated" -> new PointCounts(kept, count(input), placed, converted, condensed, lost);
            case "placed" -> new PointCounts(kept, aggregated, count(input), converted, condensed, lost);
            case "converted" -> new PointCounts(kept, aggregated, placed, count(input), condensed, lost);
            case "condensed" -> new PointCounts(kept, aggregated, placed, converted, count(input), lost);
            case "lost" -> new PointCounts(kept, aggregated, placed, converted, condensed, count(input));
            default -> {
                input.skip();
                yield this;
            }
        };
    }

    private static long count(JsonInput input) throws MalformedMessageException {
        return input.number(0, Long.MAX_VALUE);
    }
}
