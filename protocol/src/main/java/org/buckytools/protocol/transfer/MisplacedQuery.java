package org.buckytools.protocol.transfer;

import java.util.List;
import java.util.Optional;
import org.buckytools.protocol.RingDescription;

/**
 * {@code POST /v2/misplaced}: asks a daemon which of its metrics the given ring puts elsewhere, so that nothing crosses
 * the wire for metrics that are in place. The answer is a stream of {@link MisplacedMetric}.
 *
 * @param ring the ring to judge by; for a daemon that is being drained it is the ring of the others
 * @param host this daemon's host in that ring; a host that is not in the ring owns nothing, so all is misplaced
 * @param regex only names in which this RE2 expression matches somewhere
 * @param exceptPrefixes names starting with one of these are left out (metrics that daemons write about themselves)
 * @param withSize whether to look up each size, which costs a stat a metric
 * @param rescan whether the inventory is to be rescanned first
 */
public record MisplacedQuery(
        RingDescription ring,
        String host,
        Optional<String> regex,
        List<String> exceptPrefixes,
        boolean withSize,
        boolean rescan) {
    public MisplacedQuery {
        exceptPrefixes = List.copyOf(exceptPrefixes);
    }
}
