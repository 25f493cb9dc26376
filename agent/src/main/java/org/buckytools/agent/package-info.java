/**
 * {@code buckyd}, the daemon of a storage node: it serves the node's Whisper files to {@code bucky} and to other daemons.
 *
 * <p>{@link org.buckytools.agent.BuckydMain} is the program, {@link org.buckytools.agent.Agent} the daemon without the process
 * around it, as tests start it. The files belong to {@code store}, the list of their names to {@code inventory}, the wire to
 * {@code http}, moves between daemons to {@code pull}, and permissions to {@code auth}.
 */
package org.buckytools.agent;
