package org.buckytools.bench.result;

import java.util.List;
import java.util.Optional;

/**
 * The same work done by several contenders.
 *
 * @param scenario the name of the scenario it belongs to
 * @param title what the work was, with its sizes
 */
public record Comparison(String scenario, String title, List<Row> rows) {
    public Comparison {
        rows = List.copyOf(rows);
    }

    /** Our own row, if it has a run that counts. */
    Optional<Row> ours() {
        return rows.stream()
                .filter(row ->
                        row.kind() == Row.Kind.OURS && !row.measurements().isEmpty())
                .findFirst();
    }

    /** Whether every run of every contender counts. */
    public boolean isWhole() {
        return rows.stream().allMatch(row -> row.failures().isEmpty());
    }
}
