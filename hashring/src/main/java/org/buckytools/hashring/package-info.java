/**
 * The consistent hash rings of Graphite relays: which node a metric belongs on.
 *
 * <p>A ring has {@linkplain org.buckytools.hashring.Member members}, as a relay's configuration lists them. A metric's
 * <em>owners</em> are the members that a relay would send it to, in the relay's order, as many as the ring has replicas. Several
 * members may be instances of carbon on one host; the <em>stores</em> of a metric are the distinct hosts among its owners, and a
 * host is where a file is.
 *
 * <p>Relays disagree about nearly everything else: what of a member is hashed, how positions that collide are settled, in which
 * order members stand, whether tags are hashed. {@link org.buckytools.hashring.RingType} names each behaviour after the program
 * that has it, and the classes here copy that program exactly, oddities included, because a file on another node than the one
 * the relay writes to is a gap in somebody's graph.
 *
 * <p>Names are looked up as bytes of UTF-8. Whoever looks up millions takes a {@link org.buckytools.hashring.RingLookup}, which
 * allocates nothing; the methods of {@link org.buckytools.hashring.HashRing} are for a handful of names.
 *
 * <p>A node or ring that no relay could mean is refused with an {@link java.lang.IllegalArgumentException} whose message is
 * fit for the person who typed it.
 */
package org.buckytools.hashring;
