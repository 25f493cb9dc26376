/**
 * The program {@code findhash}: looks for names of carbon instances with which a {@code carbon} ring is spread more evenly over
 * its members, and shows how evenly a ring is spread.
 *
 * <p>A member's <em>buckets</em> are the positions of the ring, of 65,535, that belong to its points.
 */
package org.buckytools.cli.findhash;
