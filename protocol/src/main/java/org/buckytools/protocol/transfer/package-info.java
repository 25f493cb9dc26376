/**
 * The messages of protocol version 2 that move metrics: many metrics a request, one result a metric, streamed.
 */
package org.buckytools.protocol.transfer;
