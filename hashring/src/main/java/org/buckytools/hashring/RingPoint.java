package org.buckytools.hashring;

/**
 * A point on a ring that has such. A name belongs to the first point at or after its own position.
 *
 * @param position mostly 0 to 65535
 * @param member index into {@link HashRing#members}
 */
public record RingPoint(long position, int member) {}
