/**
 * Talking to a daemon: {@link org.buckytools.protocol.client.AgentClient} is one daemon, its decorators add retries and
 * limits, and every failure is an {@link org.buckytools.protocol.client.AgentException} that knows whether trying again
 * can help.
 *
 * <p>{@link org.buckytools.protocol.client.HttpAgentClients} makes clients over OkHttp, for everything but one path:
 * {@link org.buckytools.protocol.client.FetchConnections} is how a daemon gets files from another one, over a plain channel
 * straight into the buffer from which they are written.
 */
package org.buckytools.protocol.client;
