package org.buckytools.whisper.fill;

/**
 * What a fill did, or is about to do.
 *
 * @param taken points taken from the source's archive of the same step, in all archives
 * @param aggregated coarser points computed from finer ones
 * @param placedFromCoarser points of the source that were written into a finer archive, each at its own time
 * @param withoutPlace points of the source that the destination has no place for
 * @param laterThanNow points of the source whose time has not come yet; they stay behind
 */
public record FillReport(long taken, long aggregated, long placedFromCoarser, long withoutPlace, long laterThanNow) {

    /** Whether a single byte of the destination changes. */
    public boolean changed() {
        return taken + aggregated + placedFromCoarser > 0;
    }

    /** Whether the source holds something that the destination does not hold after the fill: then it must not be deleted. */
    public boolean sourceHoldsMore() {
        return withoutPlace + laterThanNow > 0;
    }
}
