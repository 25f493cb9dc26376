package org.buckytools.bench.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.buckytools.bench.process.ProcessUsage;

/**
 * A comparison as a table that is readable as it is, and that Markdown takes too. Columns that would say nothing are left out.
 */
public final class ComparisonTable {
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    /** Below this many seconds times are given in milliseconds. */
    private static final double SHORT = 1;

    /** A run in which others took more than this share of all processors is marked. */
    private static final double NOISE = 0.1;

    /** Shorter runs are not long enough to see that: processor time is counted in hundredths of a second. */
    private static final double CLOCK_TICKS = 0.2;

    private final Comparison comparison;
    private final int processors;

    /** A table of it, made on a machine with that many processors. */
    public ComparisonTable(Comparison comparison, int processors) {
        this.comparison = comparison;
        this.processors = processors;
    }

    /** The table with its heading and its remarks. */
    @Override
    public String toString() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(new ArrayList<>(List.of("program")));
        comparison.rows().forEach(row -> cells.add(new ArrayList<>(List.of(row.name()))));
        boolean shortTimes = comparison
                .ours()
                .or(() -> comparison.rows().stream()
                        .filter(row -> !row.measurements().isEmpty())
                        .findFirst())
                .map(row -> Spread.of(row.measurements(), Measurement::seconds).median() < SHORT)
                .orElse(false);
        if (shortTimes) {
            column(cells, "ms", measured -> measured.seconds() * 1000);
        } else {
            column(cells, "seconds", Measurement::seconds);
        }
        column(cells, "metrics/s", measured -> measured.metrics() / measured.seconds());
        column(cells, "MB/s", measured -> measured.bytes() / MEGA / measured.seconds());
        boolean haveBytes = comparison.rows().stream()
                .flatMap(row -> row.measurements().stream())
                .anyMatch(measured -> measured.bytes() > 0);
        if (haveBytes) {
            column(cells, "user s/GB", measured -> measured.cpu().user() / (measured.bytes() / GIGA));
            column(cells, "system s/GB", measured -> measured.cpu().system() / (measured.bytes() / GIGA));
        } else {
            column(cells, "user s", measured -> measured.cpu().user());
            column(cells, "system s", measured -> measured.cpu().system());
        }
        column(cells, "wire MB", measured -> measured.wireBytes() / MEGA);
        textColumn(cells, "peak MB", this::peaks);
        textColumn(cells, "ours is", this::ratio);
        return heading() + layOut(cells) + remarks();
    }

    private String heading() {
        return "\n" + comparison.scenario() + ": " + comparison.title() + "\n\n";
    }

    private void column(List<List<String>> cells, String title, ToDoubleFunction<Measurement> value) {
        textColumn(cells, title, row -> {
            if (row.measurements().isEmpty()) {
                return "";
            }
            Spread spread = Spread.of(row.measurements(), value);
            if (spread.isZero() || Double.isNaN(spread.median()) || Double.isInfinite(spread.median())) {
                return "";
            }
            String middle = number(spread.median());
            return row.measurements().size() == 1
                    ? middle
                    : middle + " (" + number(spread.min()) + "–" + number(spread.max()) + ")";
        });
    }

    private void textColumn(List<List<String>> cells, String title, java.util.function.Function<Row, String> text) {
        List<String> texts = comparison.rows().stream().map(text).toList();
        if (texts.stream().allMatch(String::isEmpty)) {
            return;
        }
        cells.getFirst().add(title);
        for (int i = 0; i < texts.size(); i++) {
            cells.get(i + 1).add(texts.get(i));
        }
    }

    /** Three digits, or all before the point. */
    static String number(double value) {
        if (value >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }

    /** The largest of all runs, for the client and each daemon. */
    private String peaks(Row row) {
        if (row.measurements().isEmpty()) {
            return "";
        }
        List<ProcessUsage> first = row.measurements().getFirst().processes();
        List<String> parts = new ArrayList<>();
        String lastKind = "";
        for (int i = 0; i < first.size(); i++) {
            int index = i;
            double peak = row.measurements().stream()
                    .mapToDouble(measured -> measured.processes().get(index).peakBytes() / MEGA)
                    .max()
                    .orElse(0);
            String kind = first.get(i).role().split(" ")[0];
            if (peak > 0) {
                parts.add((kind.equals(lastKind) ? "" : kind + " ") + String.format(Locale.ROOT, "%.0f", peak));
                lastKind = kind;
            }
        }
        return String.join(" ", parts);
    }

    private String ratio(Row row) {
        Optional<Row> ours = comparison.ours();
        if (ours.isEmpty() || row.kind() == Row.Kind.OURS || row.measurements().isEmpty()) {
            return "";
        }
        double mine = Spread.of(ours.get().measurements(), Measurement::rate).median();
        double theirs = Spread.of(row.measurements(), Measurement::rate).median();
        if (Double.isInfinite(mine) || Double.isInfinite(theirs)) {
            return "";
        }
        return String.format(Locale.ROOT, "%.2f times", mine / theirs);
    }

    private static String layOut(List<List<String>> cells) {
        int columns = cells.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : cells) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < cells.size(); r++) {
            appendRow(text, cells.get(r), widths);
            if (r == 0) {
                for (int width : widths) {
                    text.append("| ").append("-".repeat(width)).append(' ');
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }

    private static void appendRow(StringBuilder text, List<String> row, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            text.append("| ")
                    .append(row.get(i))
                    .append(" ".repeat(widths[i] - row.get(i).length() + 1));
        }
        text.append("|\n");
    }

    private String remarks() {
        List<String> remarks = new ArrayList<>();
        for (Row row : comparison.rows()) {
            for (String note : row.measurements().stream()
                    .flatMap(measured -> measured.notes().stream())
                    .distinct()
                    .toList()) {
                remarks.add(row.name() + ": " + note);
            }
            for (String failure : row.failures()) {
                remarks.add(row.name() + ": a run does not count: " + failure);
            }
        }
        List<Measurement> all = comparison.rows().stream()
                .flatMap(row -> row.measurements().stream())
                .toList();
        long noisy = all.stream().filter(this::isNoisy).count();
        if (noisy > 0) {
            remarks.add("in " + noisy + " of " + all.size() + " runs others took over " + Math.round(NOISE * 100)
                    + " % of the processors");
        }
        return remarks.isEmpty()
                ? ""
                : remarks.stream().map(remark -> "* " + remark + "\n").collect(Collectors.joining("", "\n", ""));
    }

    private boolean isNoisy(Measurement measured) {
        return measured.seconds() > CLOCK_TICKS && measured.foreignSeconds() > NOISE * processors * measured.seconds();
    }
}
