/**
 * What a daemon does once, soon after its start, when it knows its metrics and has nothing else to do: it moves made-up ones to and
 * fro, so that the code of real moves is compiled when they come. A JVM runs code slowly until it has run a few hundred times, and
 * the first request for thousands of files is over in seconds. {@link org.buckytools.agent.rehearsal.Rehearsal} is the play,
 * {@link org.buckytools.agent.rehearsal.StandIn} plays both daemons of it, on folders of their own and away from the store.
 */
package org.buckytools.agent.rehearsal;
