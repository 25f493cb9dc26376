/**
 * Who may do what. Every route names the {@link org.buckytools.agent.auth.Operation} it needs, and one
 * {@link org.buckytools.agent.auth.Acl} decides: by the caller's signed token if the daemon has a secret, else for everyone. A
 * token stands for its caller alone: a daemon that fetches for somebody shows the source that caller's token, and has none of
 * its own.
 */
package org.buckytools.agent.auth;
