package org.buckytools.cli.task;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Optional;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.names.NameList;

/** Metrics that a query names one by one. */
public final class NamedMetrics {
    private NamedMetrics() {}

    /** Those that the query's expression, if it has one, lets pass: nobody expects an answer for the others. */
    public static List<String> wanted(MetricQuery query) {
        Optional<Pattern> pattern = query.regex().map(Pattern::compile);
        return query.names().orElse(List.of()).stream()
                .filter(name -> pattern.isEmpty() || pattern.get().matcher(name).find())
                .toList();
    }

    /** Those that are in none of these lists, though the query's expression, if it has one, lets them pass. */
    static List<String> nowhere(MetricQuery query, List<NameList> found) {
        return wanted(query).stream()
                .filter(name -> found.stream().noneMatch(list -> list.contains(name)))
                .toList();
    }
}
