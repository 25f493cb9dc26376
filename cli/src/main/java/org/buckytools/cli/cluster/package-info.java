/**
 * The daemons of a cluster: found from one of them by its ring, asked all at once, and compared, because metrics must not be
 * moved while they disagree on where metrics belong.
 *
 * <p>A <em>node</em> is a host of the ring with its one daemon, however many instances of carbon run there; all daemons listen
 * on the port of the first.
 */
package org.buckytools.cli.cluster;
