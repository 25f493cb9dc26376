/**
 * The Whisper file format: Graphite's store of one metric, a file of fixed size.
 *
 * <p>All numbers are big-endian. A file is a header and its archives; an archive is a ring of slots.
 *
 * <pre>
 * File     = Header Archive+
 * Header   = Metadata ArchiveInfo+
 *
 * Metadata            16 bytes
 *   0  uint32   aggregation method, 1 to 8: average sum last max min avg_zero absmax absmin
 *   4  uint32   longest retention, seconds
 *   8  float32  xFilesFactor, 0 to 1
 *  12  uint32   number of archives
 *
 * ArchiveInfo         12 bytes
 *   0  uint32   offset of the archive in the file
 *   4  uint32   seconds per point, the step
 *   8  uint32   number of points
 *
 * Archive = Point*    12 bytes each
 *   0  uint32   time, seconds since the epoch, a multiple of the step; 0 in an empty slot
 *   4  float64  value
 * </pre>
 *
 * <p>The time in an archive's first slot is its <em>base</em>. The slot of a time is {@code ((time - base) / step) mod
 * points}; what a slot holds counts for a time only if the time stored in it is that very time, for the ring overwrites
 * itself and old laps stay until they are overwritten. An archive with base 0 is empty, whatever its other slots hold. So the
 * first point ever written goes to the first slot.
 *
 * <p>The finest archive comes first. A new file obeys four rules: no two archives have the same step, each step divides the
 * next, each archive covers a longer time than the one before, and each has the points to make one point of the next. Files
 * that break them, or have bytes behind the last archive, are read all the same. Not read are those whose aggregation method
 * or xFilesFactor is out of range and those whose archives do not lie, apart from each other, between the header and the end
 * of the file.
 *
 * <p>A point is written to the finest archive that covers its age and <em>propagated</em> from there: the slots under one
 * slot of the next archive are condensed by the {@link org.buckytools.whisper.Aggregation} if the share of known ones is at
 * least the xFilesFactor, and so on until an archive is not changed. Standard Whisper has no magic. go-carbon's compressed
 * files begin with {@code whisper_compressed}; they are told apart and not read.
 *
 * <p>Nothing here reads a clock: whatever depends on the time takes {@code now}, in seconds since the epoch.
 */
package org.buckytools.whisper;
