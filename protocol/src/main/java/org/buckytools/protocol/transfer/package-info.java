/**
 * The messages of protocol version 2 that move metrics: many metrics a request, one result a metric, streamed. Requests and
 * results are JSON records; the files themselves go from daemon to daemon as the binary stream of
 * {@link org.buckytools.protocol.transfer.FileStreamFormat}, which leaves out zeros and carries a checksum a file.
 */
package org.buckytools.protocol.transfer;
