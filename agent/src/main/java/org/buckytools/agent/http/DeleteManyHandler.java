package org.buckytools.agent.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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
    /** A file that a writer has open is waited for; that many can be before the others of a request have to wait. */
    private static final int AT_ONCE = 4;

    /** Results that are sent together, */
    private static final int TOGETHER = 64;

    /** unless they have waited so long for each other. */
    private static final Duration REPORT_DELAY = Duration.ofMillis(20);

    private final MetricStore store;

    DeleteManyHandler(MetricStore store) {
        this.store = store;
    }

    @Override
    public Response handle(Request request) throws IOException {
        DeleteRequest asked = Json.read(request.body().stream(), "the request", DeleteRequest::read);
        return ResultLines.response(lines -> delete(asked.items(), request.access(), lines));
    }

    private void delete(List<DeleteItem> items, Acl.Access access, ResultLines lines) throws IOException {
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> ends = IntStream.range(0, Math.min(AT_ONCE, items.size()))
                    .mapToObj(worker -> workers.<Void>submit(() -> {
                        deleteNext(next, items, access, lines);
                        return null;
                    }))
                    .toList();
            for (Future<Void> end : ends) {
                await(end);
            }
        }
    }

    /** What one worker does: takes items until there are none, and reports a few together, which saves a packet for each. */
    private void deleteNext(AtomicInteger next, List<DeleteItem> items, Acl.Access access, ResultLines lines)
            throws IOException {
        List<DeleteResult> unreported = new ArrayList<>();
        long reportedNanos = System.nanoTime();
        for (int i = next.getAndIncrement(); i < items.size(); i = next.getAndIncrement()) {
            unreported.add(delete(i, items.get(i), access));
            if (unreported.size() >= TOGETHER || System.nanoTime() - reportedNanos >= REPORT_DELAY.toNanos()) {
                lines.send(unreported);
                unreported.clear();
                reportedNanos = System.nanoTime();
            }
        }
        if (!unreported.isEmpty()) {
            lines.send(unreported);
        }
    }

    private static void await(Future<Void> end) throws IOException {
        try {
            end.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException defect -> throw defect;
                default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while deleting");
        }
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
