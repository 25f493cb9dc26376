/**
 * Who may do what. Every route names the {@link org.buckytools.agent.auth.Operation} it needs, and one
 * {@link org.buckytools.agent.auth.Acl} decides.
 */
package org.buckytools.agent.auth;
