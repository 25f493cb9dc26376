package org.buckytools.agent.http;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.buckytools.agent.auth.Acl;
import org.buckytools.agent.auth.Operation;
import org.buckytools.agent.pull.ItemFailures;
import org.buckytools.agent.store.DeleteOutcome;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.transfer.DeleteItem;
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.ItemFailure.Reason;

/** {@code POST /v2/delete}: deletes each metric that still is the version named. */
final class DeleteManyHandler implements Handler {
    private final MetricStore store;

    DeleteManyHandler(MetricStore store) {
        this.store = store;
    }

    @Override
    public Response handle(Request request) throws IOException {
        DeleteRequest asked = Json.read(request.body().stream(), "the request", DeleteRequest::read);
        List<DeleteItem> items = asked.items();
        return ResultLines.response(
                lines -> EachItem.run(items.size(), index -> delete(index, items.get(index), request.access()), lines));
    }

    private DeleteResult delete(int index, DeleteItem item, Acl.Access access) {
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
            return switch (store.deleteUnchanged(item.metric(), version)) {
                case DeleteOutcome.Deleted _ -> gone(index, DeleteResult.Outcome.DELETED);
                case DeleteOutcome.Absent _ -> gone(index, DeleteResult.Outcome.ABSENT);
                case DeleteOutcome.Kept kept -> kept(index, new ItemFailure(reason(kept.reason()), kept.message()));
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

    private static DeleteResult gone(int index, DeleteResult.Outcome outcome) {
        return new DeleteResult(index, outcome, Optional.empty());
    }

    private static DeleteResult kept(int index, ItemFailure failure) {
        return new DeleteResult(index, DeleteResult.Outcome.KEPT, Optional.of(failure));
    }
}
