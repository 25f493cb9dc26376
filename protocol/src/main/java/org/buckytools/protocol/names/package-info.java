/**
 * Millions of metric names in little memory: sorted, front-coded UTF-8 bytes instead of one {@code String} a name.
 */
package org.buckytools.protocol.names;
