/**
 * What a daemon does when it has just started and has nothing else to do: it moves made-up metrics to and fro, so that the code of
 * real moves is compiled when they come. A JVM runs code slowly until it has run a few hundred times, and a daemon may be asked
 * for thousands of files in its first seconds. {@link org.buckytools.agent.rehearsal.Rehearsal} is the play,
 * {@link org.buckytools.agent.rehearsal.StandIn} plays both daemons of it, on folders of their own and away from the store.
 */
package org.buckytools.agent.rehearsal;
