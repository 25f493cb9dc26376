package org.buckytools.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.cluster.NodeState;
import org.buckytools.cli.task.DeleteMetrics;
import org.buckytools.cli.task.MetricFailure;
import org.buckytools.cli.task.Modified;
import org.buckytools.cli.task.ModifySummary;
import org.buckytools.cli.transfer.TransferSummary;
import org.buckytools.hashring.Member;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.NameListWriter;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.transfer.PointCounts;
import org.buckytools.protocol.transfer.SpaceUsage;
import tools.jackson.core.JsonGenerator;

/** One JSON document a command, for programs. */
public final class JsonPrinter implements ResultPrinter {
    private final OutputStream out;

    /** {@code out} should be buffered; it is not closed here. */
    public JsonPrinter(OutputStream out) {
        this.out = out;
    }

    @Override
    public void names(List<NameList> names) throws IOException {
        NameListWriter array = new NameListWriter(out);
        NameList.Merge merge = NameList.merge(names);
        while (merge.next()) {
            array.add(merge.cursor().bytes(), 0, merge.cursor().length());
        }
        array.end();
        out.write('\n');
    }

    @Override
    public void namesByNode(List<NodeNames> nodes) throws IOException {
        out.write('{');
        boolean first = true;
        for (NodeNames node : nodes) {
            separate(first);
            first = false;
            Json.write(out, json -> json.writeString(node.node()));
            out.write(':');
            NameListWriter array = new NameListWriter(out);
            NameList.Cursor cursor = node.names().cursor();
            while (cursor.next()) {
                array.add(cursor.bytes(), 0, cursor.length());
            }
            array.end();
        }
        out.write(first ? new byte[] {'}', '\n'} : new byte[] {'\n', '}', '\n'});
    }

    @Override
    public void locations(Iterable<Location> locations, boolean alone) throws IOException {
        Iterator<Location> all = locations.iterator();
        document(json -> {
            json.writeStartObject();
            while (all.hasNext()) {
                Location location = all.next();
                json.writeName(location.metric());
                if (location.hosts().isEmpty()) {
                    json.writeNull();
                } else if (alone) {
                    json.writeString(location.hosts().getFirst());
                } else {
                    strings(json, location.hosts());
                }
            }
            json.writeEndObject();
        });
    }

    @Override
    public void servers(Cluster cluster) throws IOException {
        document(json -> {
            json.writeStartObject();
            json.writeNumberProperty("port", cluster.settings().first().port());
            json.writeStringProperty("algorithm", cluster.ringName());
            json.writeNumberProperty("replicas", cluster.ring().replicas());
            json.writeBooleanProperty("diverseReplicas", cluster.ring().diverseReplicas());
            json.writeName("members");
            strings(
                    json,
                    cluster.ring().members().stream().map(Member::toString).toList());
            json.writeName("nodes");
            json.writeStartArray();
            cluster.nodes().forEach(node -> node(json, node));
            json.writeEndArray();
            json.writeBooleanProperty("healthy", cluster.isHealthy());
            json.writeEndObject();
        });
    }

    @Override
    public void moves(Iterable<PlannedMove> moves) throws IOException {
        out.write('[');
        boolean first = true;
        for (PlannedMove move : moves) {
            separate(first);
            first = false;
            Json.write(out, json -> {
                json.writeStartObject();
                json.writeStringProperty("SrcServer", move.source());
                json.writeStringProperty("DstServer", move.destination());
                json.writeStringProperty("OldName", move.oldName());
                json.writeStringProperty("NewName", move.newName());
                json.writeEndObject();
            });
        }
        endArray(first);
    }

    @Override
    public void moved(TransferSummary summary) throws IOException {
        document(json -> {
            json.writeStartObject();
            json.writeNumberProperty("planned", summary.planned());
            json.writeNumberProperty("created", summary.created());
            json.writeNumberProperty("filled", summary.filled());
            json.writeNumberProperty("unchanged", summary.unchanged());
            json.writeNumberProperty("deleted", summary.deleted());
            json.writeNumberProperty("failed", summary.failed());
            json.writeNumberProperty("notFound", summary.notFound());
            json.writeNumberProperty("left", summary.left());
            json.writeNumberProperty("bytes", summary.bytes());
            json.writeNumberProperty("wireBytes", summary.wireBytes());
            json.writeNumberProperty("milliseconds", summary.elapsed().toMillis());
            json.writeBooleanProperty("stopped", summary.isStopped());
            json.writeName("failures");
            json.writeStartArray();
            for (TransferSummary.Failure failure : summary.failures()) {
                failure(json, failure.metric(), failure.node(), failure.reason(), failure.nextStep());
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    @Override
    public StatPrinter stats() throws IOException {
        out.write('[');
        return new StatPrinter() {
            private boolean first = true;

            @Override
            public void add(String node, MetricStat stat) throws IOException {
                separate(first);
                first = false;
                Json.write(out, json -> {
                    json.writeStartObject();
                    json.writeStringProperty("Name", stat.name().value());
                    json.writeNumberProperty("Size", stat.size());
                    json.writeNumberProperty("Mode", stat.mode());
                    json.writeNumberProperty("ModTime", stat.modTime());
                    json.writeStringProperty("Server", node);
                    json.writeEndObject();
                });
            }

            @Override
            public void end() throws IOException {
                endArray(first);
            }
        };
    }

    @Override
    public void usage(SpaceUsage usage, boolean wantsAllocated, boolean knowsAllocated) throws IOException {
        document(json -> {
            json.writeStartObject();
            json.writeNumberProperty("metrics", usage.metrics());
            json.writeNumberProperty("bytes", usage.bytes());
            if (knowsAllocated) {
                json.writeNumberProperty("allocated", usage.allocated());
            } else {
                json.writeNullProperty("allocated");
            }
            json.writeEndObject();
        });
    }

    @Override
    public void deleted(DeleteMetrics.Deletion deletion, long declined) throws IOException {
        document(json -> {
            json.writeStartObject();
            json.writeNumberProperty("deleted", deletion.deleted());
            json.writeNumberProperty("absent", deletion.absent());
            json.writeNumberProperty("declined", declined);
            json.writeNumberProperty("failed", deletion.failed());
            json.writeName("failures");
            json.writeStartArray();
            for (MetricFailure failure : deletion.failures()) {
                failure(json, failure.metric(), failure.node().toString(), failure.reason(), failure.nextStep());
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** An array of texts in the order given, each as often as it is there. */
    public void texts(List<String> texts) throws IOException {
        document(json -> strings(json, texts));
    }

    private static void failure(JsonGenerator json, String metric, String node, String reason, String nextStep) {
        json.writeStartObject();
        json.writeStringProperty("metric", metric);
        json.writeStringProperty("node", node);
        json.writeStringProperty("reason", reason);
        json.writeStringProperty("nextStep", nextStep);
        json.writeEndObject();
    }

    @Override
    public void modified(Modified item) {}

    @Override
    public void modified(ModifySummary summary, List<Modified> items) throws IOException {
        document(json -> {
            json.writeStartObject();
            json.writeBooleanProperty("dryRun", summary.dryRun());
            json.writeNumberProperty("changed", summary.changed());
            json.writeNumberProperty("unchanged", summary.unchanged());
            json.writeNumberProperty("failed", summary.failed());
            json.writeName("points");
            points(json, summary.points());
            json.writeNumberProperty("lossy", summary.lossy());
            json.writeNumberProperty("sizeBefore", summary.sizeBefore());
            json.writeNumberProperty("sizeAfter", summary.sizeAfter());
            json.writeBooleanProperty("stopped", summary.stopped());
            if (!summary.rests().isEmpty()) {
                json.writeName("left");
                json.writeStartArray();
                for (ModifySummary.Rest rest : summary.rests()) {
                    json.writeStartObject();
                    json.writeStringProperty("node", rest.node());
                    json.writeNumberProperty("metrics", rest.metrics());
                    json.writeStringProperty("next", rest.next());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            summary.next().ifPresent(path -> json.writeStringProperty("next", path));
            json.writeName("items");
            json.writeStartArray();
            items.forEach(item -> modified(json, item));
            json.writeEndArray();
            json.writeName("failures");
            json.writeStartArray();
            for (ModifySummary.Failure failure : summary.failures()) {
                json.writeStartObject();
                json.writeStringProperty("name", failure.name());
                json.writeStringProperty("node", failure.node());
                json.writeStringProperty("reason", failure.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void modified(JsonGenerator json, Modified item) {
        json.writeStartObject();
        json.writeStringProperty("name", item.name());
        item.node().ifPresent(node -> json.writeStringProperty("node", node));
        json.writeBooleanProperty("changed", item.changed());
        json.writeStringProperty("before", item.before());
        json.writeStringProperty("after", item.after());
        json.writeNumberProperty("sizeBefore", item.sizeBefore());
        json.writeNumberProperty("sizeAfter", item.sizeAfter());
        json.writeName("points");
        points(json, item.points());
        json.writeEndObject();
    }

    private static void points(JsonGenerator json, PointCounts points) {
        json.writeStartObject();
        points.writeFields(json);
        json.writeEndObject();
    }

    private static void node(JsonGenerator json, Node node) {
        json.writeStartObject();
        json.writeStringProperty("address", node.address().toString());
        switch (node.state()) {
            case NodeState.Agrees agrees -> described(json, "agrees", agrees.ring());
            case NodeState.Differs differs -> {
                described(json, "differs", differs.ring());
                json.writeName("differences");
                strings(json, differs.differences());
            }
            case NodeState.Down down -> {
                json.writeStringProperty("state", "down");
                json.writeStringProperty("reason", down.reason().getMessage());
            }
        }
        json.writeEndObject();
    }

    private static void described(JsonGenerator json, String state, RingDescription ring) {
        json.writeStringProperty("state", state);
        json.writeStringProperty("name", ring.name());
        json.writeNumberProperty("api", ring.api());
        ring.software().ifPresent(software -> json.writeStringProperty("software", software));
    }

    private static void strings(JsonGenerator json, List<String> texts) {
        json.writeStartArray();
        texts.forEach(json::writeString);
        json.writeEndArray();
    }

    private void document(JsonMessage message) throws IOException {
        Json.write(out, message);
        out.write('\n');
    }

    private void endArray(boolean isEmpty) throws IOException {
        out.write(isEmpty ? new byte[] {']', '\n'} : new byte[] {'\n', ']', '\n'});
    }

    private void separate(boolean first) throws IOException {
        out.write(first ? new byte[] {'\n'} : new byte[] {',', '\n'});
    }
}
