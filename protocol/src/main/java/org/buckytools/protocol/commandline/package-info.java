/**
 * Command lines as the Go tools take them, for both programs: scripts that were written for the Go versions spell flags in
 * ways that other parsers refuse.
 */
package org.buckytools.protocol.commandline;
