package org.buckytools.cli.transfer;

import java.util.List;
import java.util.Optional;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.client.AgentException;

/** Looks at a file once more and then deletes it: all that is possible with a source of version 1. */
final class CheckedRemover implements Remover {
    @Override
    public void remove(Node source, List<Copied> copied, Results results) throws AgentException {
        for (int i = 0; i < copied.size(); i++) {
            Copied one = copied.get(i);
            Optional<MetricStat> stat = source.client().stat(one.metric());
            if (stat.isPresent() && !V1Version.matches(one.version(), stat.get())) {
                results.accept(
                        i,
                        Outcome.CHANGED,
                        Optional.of(new Problem(
                                Problem.Kind.KEEPS_CHANGING,
                                one.metric() + " on " + source + " was written meanwhile")));
                continue;
            }
            if (stat.isPresent()) {
                source.client().delete(one.metric());
            }
            results.accept(i, Outcome.DELETED, Optional.empty());
        }
    }
}
