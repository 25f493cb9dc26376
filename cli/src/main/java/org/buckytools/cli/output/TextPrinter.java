package org.buckytools.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.task.DeleteMetrics;
import org.buckytools.cli.task.Modified;
import org.buckytools.cli.task.ModifySummary;
import org.buckytools.cli.transfer.TransferSummary;
import org.buckytools.hashring.Member;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.transfer.SpaceUsage;

/** Lines for people and for {@code grep}. */
public final class TextPrinter implements ResultPrinter {
    private static final long MEBI = 1L << 20;
    private static final long GIBI = 1L << 30;

    private final OutputStream out;

    /** {@code out} should be buffered; it is neither flushed nor closed here. */
    public TextPrinter(OutputStream out) {
        this.out = out;
    }

    @Override
    public void names(List<NameList> names) throws IOException {
        NameList.Merge merge = NameList.merge(names);
        while (merge.next()) {
            line(merge.cursor());
        }
    }

    @Override
    public void namesByNode(List<NodeNames> nodes) throws IOException {
        for (NodeNames node : nodes) {
            byte[] prefix = bytes(node.node() + ": ");
            NameList.Cursor cursor = node.names().cursor();
            while (cursor.next()) {
                out.write(prefix);
                line(cursor);
            }
        }
    }

    @Override
    public void locations(Iterable<Location> locations, boolean alone) throws IOException {
        for (Location location : locations) {
            String hosts = location.hosts().isEmpty() ? "?" : String.join(", ", location.hosts());
            line(location.metric() + " => " + hosts);
        }
    }

    @Override
    public void servers(Cluster cluster) throws IOException {
        // As the Go tools spell it: scripts look for this line.
        line("Buckd daemons are using port: " + cluster.settings().first().port());
        line("Hashing algorithm: " + cluster.ringName());
        line("Number of replicas: " + cluster.ring().replicas());
        line("Ring members: "
                + cluster.ring().members().stream().map(Member::toString).collect(Collectors.joining(" ")));
        line("Found these servers:");
        for (String host : cluster.ring().stores()) {
            line("\t" + host);
        }
        line("");
        line("Is cluster healthy: " + cluster.isHealthy());
    }

    @Override
    public void moves(Iterable<PlannedMove> moves) throws IOException {
        for (PlannedMove move : moves) {
            boolean renamed = !move.oldName().equals(move.newName());
            line("[" + move.source() + "] " + move.oldName() + " => " + move.destination()
                    + (renamed ? " " + move.newName() : ""));
        }
    }

    @Override
    public void moved(TransferSummary summary) {}

    @Override
    public StatPrinter stats() {
        return new StatLines(out);
    }

    @Override
    public void usage(SpaceUsage usage, boolean wantsAllocated, boolean knowsAllocated) throws IOException {
        long bytes = wantsAllocated ? usage.allocated() : usage.bytes();
        line(bytes + " Bytes");
        line(String.format(Locale.ROOT, "%.2f MiB", (double) bytes / MEBI));
        line(String.format(Locale.ROOT, "%.2f GiB", (double) bytes / GIBI));
    }

    @Override
    public void deleted(DeleteMetrics.Deletion deletion, long declined) {}

    @Override
    public void modified(Modified item) throws IOException {
        String name = item.node().map(node -> node + ": ").orElse("") + item.name();
        if (item.changed()) {
            line(name + ": " + item.before() + " => " + item.after() + "; " + ModifyReport.text(item.points()));
        } else {
            line(name + ": " + item.after() + " already");
        }
    }

    @Override
    public void modified(ModifySummary summary, List<Modified> items) {}

    private void line(NameList.Cursor cursor) throws IOException {
        out.write(cursor.bytes(), 0, cursor.length());
        out.write('\n');
    }

    private void line(String text) throws IOException {
        out.write(bytes(text));
        out.write('\n');
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
