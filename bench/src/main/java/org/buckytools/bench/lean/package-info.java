/**
 * What a move of files takes at the least: threads of one warm program that make the system calls any move must make. {@link
 * org.buckytools.bench.lean.LeanMove} has the threads, {@code MoveSteps} is what they do to files, and {@code MoveEnds} what they say to
 * each other.
 *
 * <p>In a bare and in a careful move they say nothing: both ends know the same list of files. In a told move a client alone has the
 * list. All numbers have the highest byte first, all names are UTF-8:
 *
 * <pre>
 * request  = length:4 kind:1 count:4 name*              kind 1: give me these files
 *          | length:4 kind:1 count:4 (name version)*    kind 2: delete these, if they are still of that version
 * name     = length:2 text
 * version  = device:8 inode:8 size:8 seconds:8 nanos:4  size and time of last change are the file's own
 * frame    = index:4 mode:4 version content crc:4       CRC-32C of all in front of it; index is that in the request
 * outcome  = 1 (moved) | 2 (changed meanwhile, so it is still at the source)
 * </pre>
 *
 * <p>For each batch the client sends a request of kind 1 to the destination, which sends one to the source and gets a frame for each file;
 * when they are durable it sends a request of kind 2, and gets an outcome for each file, which it passes on to the client.
 * Who has no more requests closes the connection. What fails otherwise ends the connection, and with it the move.
 */
package org.buckytools.bench.lean;
