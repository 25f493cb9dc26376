/**
 * Talking to a daemon: {@link org.buckytools.protocol.client.AgentClient} is one daemon, its decorators add retries and
 * limits, and every failure is an {@link org.buckytools.protocol.client.AgentException} that knows whether trying again
 * can help.
 *
 * <p>{@link org.buckytools.protocol.client.HttpAgentClients} makes clients. What most programs need goes over the plain channels of
 * {@link org.buckytools.protocol.client.FetchConnections}: lists, results, and files of many metrics at once, straight into the
 * buffer from which they are written. Requests about single metrics, with their headers and encodings, are made with OkHttp.
 */
package org.buckytools.protocol.client;
