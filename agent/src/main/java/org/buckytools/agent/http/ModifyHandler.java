package org.buckytools.agent.http;

import java.io.IOException;
import java.util.Optional;
import org.buckytools.agent.auth.Acl;
import org.buckytools.agent.auth.Operation;
import org.buckytools.agent.pull.ItemFailures;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.agent.store.Modification;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.ItemFailure.Reason;
import org.buckytools.protocol.transfer.ModifyRequest;
import org.buckytools.protocol.transfer.ModifyResult;
import org.buckytools.protocol.transfer.PointCounts;
import org.buckytools.protocol.transfer.SchemaChange;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.reshape.Change;
import org.buckytools.whisper.reshape.ReshapeReport;

/** {@code POST /v2/modify}: gives each metric's file another schema. */
final class ModifyHandler implements Handler {
    private final MetricStore store;

    ModifyHandler(MetricStore store) {
        this.store = store;
    }

    @Override
    public Response handle(Request request) throws IOException {
        ModifyRequest asked = Json.read(request.body().stream(), "the request", ModifyRequest::read);
        Change change = change(asked.change());
        return ResultLines.response(lines ->
                EachItem.run(asked.metrics().size(), index -> modify(index, asked, change, request.access()), lines));
    }

    private static Change change(SchemaChange asked) throws BadRequestException {
        try {
            return new Change(
                    asked.resize()
                            .map(resize -> new Change.Resize(resize.index(), Retention.parse(resize.retention()))),
                    asked.added().stream().map(Retention::parse).toList(),
                    asked.dropped().stream().map(Retention::parse).toList(),
                    asked.aggregation().map(Aggregation::ofLabel),
                    asked.xFilesFactor().map(Double::floatValue),
                    asked.keepsValues());
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(e.getMessage());
        }
    }

    private ModifyResult modify(int index, ModifyRequest asked, Change change, Acl.Access access) {
        MetricName metric = asked.metrics().get(index);
        Operation needed = asked.dryRun() ? Operation.READ : Operation.REPLACE;
        if (!access.allows(needed, metric.value())) {
            return ModifyResult.failed(
                    index,
                    new ItemFailure(
                            Reason.FORBIDDEN,
                            "this token does not allow to " + (asked.dryRun() ? "read " : "replace ")
                                    + metric.value()));
        }
        try {
            Modification done = store.modify(metric, change, asked.now(), asked.dryRun());
            return new ModifyResult(
                    index,
                    done.changed() ? ModifyResult.Outcome.CHANGED : ModifyResult.Outcome.UNCHANGED,
                    done.before().shape(),
                    done.after().shape(),
                    done.sizeBefore(),
                    done.sizeAfter(),
                    counts(done.points()),
                    Optional.empty());
        } catch (IOException | RuntimeException e) {
            return ModifyResult.failed(index, ItemFailures.ofWriting(metric.value(), e));
        }
    }

    private static PointCounts counts(ReshapeReport report) {
        return new PointCounts(
                report.kept(),
                report.aggregated(),
                report.placed(),
                report.converted(),
                report.condensed(),
                report.lost());
    }
}
