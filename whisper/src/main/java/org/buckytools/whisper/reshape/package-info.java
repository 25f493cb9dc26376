/**
 * Reshape: gives a Whisper file other archives, another aggregation method or another xFilesFactor, and keeps every point that
 * the new shape has a place for.
 *
 * <p>A {@link org.buckytools.whisper.reshape.Change} says what is wanted. {@link org.buckytools.whisper.reshape.Reshape} applies it to the
 * header of one file, refusing what would be no sound schema, and then computes the whole new content from the old one in
 * memory; nobody's file is touched here. The {@link org.buckytools.whisper.reshape.ReshapeReport} counts what became of the points.
 *
 * <p>The rules, for an archive that is <em>finest</em> for a time if it is the finest one that reaches back so far:
 *
 * <ol>
 *   <li>An archive whose step and number of points stay is taken over byte for byte. One that only gets longer or shorter keeps
 *       every point within its new window, and those later than now that find a slot.
 *   <li>Then the file is {@linkplain org.buckytools.whisper.fill.Fill#planAdding filled} from its old self by rule 4 of the fill: slots
 *       without a point are aggregated from finer points by method and xFilesFactor, and points that only a coarser archive had are
 *       written at their own time into the finest archive for it. No point that is there is changed.
 *   <li>A point that still has no place, because its archive is gone or shorter, goes to the finest archive for its time: if the slot
 *       there has no point, it gets the aggregate of all points that fall into it, even if they are too few for the xFilesFactor,
 *       for else they would be lost.
 *   <li>What has then no place is lost, and counted: points older than everything the new shape keeps, and points in the way of
 *       which there is a later one.
 * </ol>
 *
 * <p>Where the method changes from average to sum or back, points of coarser archives are converted first (see {@code
 * MethodConversion}), unless that is not wanted; other methods leave them as they are.
 */
package org.buckytools.whisper.reshape;
