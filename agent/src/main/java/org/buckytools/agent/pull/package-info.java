/**
 * Moving metrics between daemons: the one that is to have them fetches them from the one that has them. A
 * {@link org.buckytools.agent.pull.PullService} runs the pulls that clients ask for; the other side of it is
 * {@code POST /v2/fetch}, for which {@link org.buckytools.agent.pull.FetchService} reads the files.
 *
 * <p>One pull is two threads: one takes files off the connection into stages of the store, the other makes them durable in
 * batches and reports them, while the first goes on. One metric that fails never stops the others.
 */
package org.buckytools.agent.pull;
