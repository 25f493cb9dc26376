package org.buckytools.cli.pickle;

import java.util.concurrent.atomic.LongAdder;

/** What has happened since the start. Those that the Go program has, too, are called as there. */
final class RelayCounters {
    /** Messages whose bytes arrived whole. */
    final LongAdder seenPickles = new LongAdder();
    /** Points that became lines. */
    final LongAdder seenMetrics = new LongAdder();
    /** Lines that the relay's connection took, the program's own among them; none is counted twice. */
    final LongAdder sentMetrics = new LongAdder();
    /** Messages that closed their connection. */
    final LongAdder refusedPickles = new LongAdder();
    /** Points in good messages that were no points. */
    final LongAdder refusedMetrics = new LongAdder();
    /** Lines that were written once more, because they may have been lost with a connection. */
    final LongAdder resentMetrics = new LongAdder();
    /** Lines that were given up at the end. */
    final LongAdder lostMetrics = new LongAdder();
}
