package org.buckytools.agent.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.buckytools.agent.auth.Acl;
import org.buckytools.agent.auth.Operation;
import org.buckytools.agent.pull.ItemFailures;
import org.buckytools.agent.store.DeleteOutcome;
import org.buckytools.agent.store.DeleteRun;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.transfer.DeleteItem;
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.ItemFailure.Reason;
import org.buckytools.protocol.transfer.ItemResult;

/** {@code POST /v2/delete}: deletes each metric that still is the version named. */
final class DeleteManyHandler implements Handler {
    /** Files that share a hidden directory, and are reported together. */
    private static final int MAX_RUN = 32;

    private final MetricStore store;

    DeleteManyHandler(MetricStore store) {
        this.store = store;
    }

    /** Items that follow each other, by their indexes. */
    private record Run(int from, int to) {}

    @Override
    public Response handle(Request request) throws IOException {
        DeleteRequest asked = Json.read(request.body().stream(), "the request", DeleteRequest::read);
        List<DeleteItem> items = asked.items();
        return ResultLines.response(lines -> delete(items, asked.atOnce(), request.access(), lines));
    }

    /** First all that need not wait for a writer, then the others if they are to be waited for. */
    private void delete(List<DeleteItem> items, boolean atOnce, Acl.Access access, ResultLines lines)
            throws IOException {
        List<Run> runs = runs(items);
        List<Integer> patient = new ArrayList<>();
        var last = EachItem.runAtOnce(runs.size(), run -> delete(runs.get(run), items, access, patient), lines);
        if (atOnce || patient.isEmpty()) {
            lines.add(last);
            lines.add(patient.stream()
                    .map(i -> DeleteResult.kept(i, busy(items.get(i))))
                    .toList());
            return;
        }
        lines.send(last);
        EachItem.run(
                patient.size(),
                next -> delete(patient.get(next), items.get(patient.get(next)), access, this::deletePatiently)
                        .orElseThrow(),
                lines);
    }

    private static ItemFailure busy(DeleteItem item) {
        return new ItemFailure(Reason.BUSY, item.metric() + " is in use, and was not waited for");
    }

    /** Items of one directory that follow each other, as they do in what clients send. */
    private static List<Run> runs(List<DeleteItem> items) {
        List<Run> runs = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= items.size(); i++) {
            if (i == items.size()
                    || i - from == MAX_RUN
                    || !directory(items.get(i)).equals(directory(items.get(from)))) {
                runs.add(new Run(from, i));
                from = i;
            }
        }
        return runs;
    }

    private static String directory(DeleteItem item) {
        String name = item.metric().value();
        return name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }

    /**
     * Deletes what can be deleted at once.
     *
     * @param busy gets the indexes of the others
     */
    private List<DeleteResult> delete(Run items, List<DeleteItem> all, Acl.Access access, List<Integer> busy) {
        List<DeleteResult> results = new ArrayList<>(items.to() - items.from());
        try (DeleteRun run = store.deleteRun()) {
            for (int i = items.from(); i < items.to(); i++) {
                Optional<DeleteResult> result = delete(i, all.get(i), access, run::deleteAtOnce);
                if (result.isPresent()) {
                    results.add(result.get());
                } else {
                    busy.add(i);
                }
            }
        }
        return ItemResult.together(results);
    }

    /** A way to delete a metric; empty if it is to be tried again. */
    @FunctionalInterface
    private interface Deletion {
        Optional<DeleteOutcome> delete(MetricName metric, FileVersion version) throws IOException;
    }

    private Optional<DeleteOutcome> deletePatiently(MetricName metric, FileVersion version) throws IOException {
        return Optional.of(store.deleteUnchanged(metric, version));
    }

    private static Optional<DeleteResult> delete(int index, DeleteItem item, Acl.Access access, Deletion deletion) {
        String name = item.metric().value();
        if (!access.allows(Operation.DELETE, name)) {
            return kept(index, new ItemFailure(Reason.FORBIDDEN, "this token does not allow to delete " + name));
        }
        FileVersion version;
        try {
            version = FileVersion.ofToken(item.version());
        } catch (IllegalArgumentException e) {
            return kept(index, new ItemFailure(Reason.CHANGED, name + " was never at this version: " + e.getMessage()));
        }
        try {
            Optional<DeleteOutcome> outcome = deletion.delete(item.metric(), version);
            return outcome.isEmpty()
                    ? Optional.empty()
                    : switch (outcome.get()) {
                        case DeleteOutcome.Deleted _ -> gone(index, DeleteResult.Outcome.DELETED);
                        case DeleteOutcome.Absent _ -> gone(index, DeleteResult.Outcome.ABSENT);
                        case DeleteOutcome.Kept kept ->
                            kept(index, new ItemFailure(reason(kept.reason()), kept.message()));
                    };
        } catch (IOException | RuntimeException e) {
            return kept(index, ItemFailures.ofWriting(name, e));
        }
    }

    private static Reason reason(DeleteOutcome.Reason reason) {
        return switch (reason) {
            case CHANGED -> Reason.CHANGED;
            case BUSY -> Reason.BUSY;
        };
    }

    private static Optional<DeleteResult> gone(int index, DeleteResult.Outcome outcome) {
        return Optional.of(DeleteResult.gone(index, outcome));
    }

    private static Optional<DeleteResult> kept(int index, ItemFailure failure) {
        return Optional.of(DeleteResult.kept(index, failure));
    }
}
