package org.buckytools.cli.task;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Optional;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.names.NameList;

/** Metrics that a query names one by one. */
final class NamedMetrics {
    private NamedMetrics() {}

    /** Those that are in none of these lists, though the query's expression, if it has one, lets them pass. */
    static List<String> nowhere(MetricQuery query, List<NameList> found) {
        if (query.names().isEmpty()) {
            return List.of();
        }
        Optional<Pattern> pattern = query.regex().map(Pattern::compile);
        return query.names().get().stream()
                .filter(name -> found.stream().noneMatch(list -> list.contains(name)))
                .filter(name -> pattern.isEmpty() || pattern.get().matcher(name).find())
                .toList();
    }
}
