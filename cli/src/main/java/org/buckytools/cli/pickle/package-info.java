/**
 * The program {@code bucky-pickle-relay}: takes carbon's pickles from many senders and hands the points in them as lines to one
 * relay.
 *
 * <p>What comes in, on each connection, is messages of
 *
 * <pre>
 *   length   4 bytes, big-endian
 *   pickle   of [(name, (time, value)), …], in any of Python's protocols 0 to 5
 * </pre>
 *
 * <p>A pickle is a program for a small stack machine, and in Python it can do anything.
 * {@link org.buckytools.cli.pickle.PickleReader} knows only the instructions that make numbers, texts, tuples and lists, and
 * refuses all others. It builds a {@code PickleTree} of plain arrays; {@code PointLines} walks it and writes lines, in batches,
 * into a {@code BatchQueue}; {@code RelaySender} writes these to the relay, one connection at a time.
 *
 * <p>Every stage waits for the next one. When the relay does not take lines, the queue fills, connections are no longer read,
 * and TCP makes their senders wait. What all of this may hold in memory is bounded by {@code RelaySettings}.
 */
package org.buckytools.cli.pickle;
