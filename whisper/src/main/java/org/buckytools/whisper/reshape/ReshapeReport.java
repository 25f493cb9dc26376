package org.buckytools.whisper.reshape;

/**
 * What became of the points of a file, those that a reader could see before and those later than now.
 *
 * @param kept points that are in an archive of the same step as before
 * @param aggregated points of coarser archives that were computed from finer ones
 * @param placed points of coarser archives that were written into a finer one, each at its own time
 * @param converted points whose value was converted from one method to the other
 * @param condensed points that live on only as part of others: their archive is gone or shorter, and what the file keeps of
 *     their time has a point there
 * @param lost points that have no place any more
 */
public record ReshapeReport(long kept, long aggregated, long placed, long converted, long condensed, long lost) {}
