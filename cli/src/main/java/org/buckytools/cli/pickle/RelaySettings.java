package org.buckytools.cli.pickle;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.buckytools.cli.carbon.Endpoint;

/**
 * How a relay is to work.
 *
 * @param bind where senders connect to
 * @param relay where lines go
 * @param idleTimeout how long a sender may take for a message, the wait for it included; zero is no limit
 * @param sendTimeout how long the relay may take nothing, and how long connecting to it may take
 * @param maxPickleBytes longest message
 * @param queueBatches how many batches of lines may wait
 * @param queueBytes how much all waiting batches may hold
 * @param resendBytes how much of what was written last is kept, to be written again if the connection breaks
 * @param bodyBytes how much of messages that are being received may be held at once
 * @param treeBytes how much may be spent on messages that are being decoded at once
 * @param drain how long stopping may take
 * @param prefix of its own metrics
 * @param reportInterval how often it sends them; zero is never
 */
record RelaySettings(
        InetSocketAddress bind,
        Endpoint relay,
        Duration idleTimeout,
        Duration sendTimeout,
        int maxPickleBytes,
        int queueBatches,
        long queueBytes,
        long resendBytes,
        long bodyBytes,
        long treeBytes,
        Duration drain,
        String prefix,
        Duration reportInterval) {}
