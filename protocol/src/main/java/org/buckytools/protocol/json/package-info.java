/**
 * JSON as it is on the wire, read and written as a stream: no tree and no list of everything, because lists of metrics have
 * up to 160 MiB. What is read is bounded (texts, nesting, numbers, lines), and everything that is not as the protocol says
 * ends in one {@link org.buckytools.protocol.json.MalformedMessageException} that says what and where.
 *
 * <p>Each message's fields are known to its record alone: {@code writeTo(JsonGenerator)} writes one,
 * {@code read(JsonInput)} reads one. Unknown fields are skipped, so that either end can be newer than the other.
 * {@link org.buckytools.protocol.json.Json} is where a message becomes bytes and bytes become a message.
 */
package org.buckytools.protocol.json;
