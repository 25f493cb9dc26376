/**
 * Talking to a daemon: {@link org.buckytools.protocol.client.AgentClient} is one daemon, its decorators add retries and
 * limits, and every failure is an {@link org.buckytools.protocol.client.AgentException} that knows whether trying again
 * can help.
 */
package org.buckytools.protocol.client;
