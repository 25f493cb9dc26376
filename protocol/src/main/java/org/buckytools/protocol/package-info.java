/**
 * What {@code bucky} and {@code buckyd} say to each other: metric names, the records of both versions of the wire
 * protocol, routes and encodings. Every message is one record here, and both ends use it; {@code docs/wire-protocol.md}
 * describes them as bytes on the wire.
 */
package org.buckytools.protocol;
