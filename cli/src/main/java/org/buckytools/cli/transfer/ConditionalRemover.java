package org.buckytools.cli.transfer;

import java.util.List;
import java.util.Optional;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.transfer.DeleteItem;
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.ItemFailure;

/** Lets a source of version 2 compare and delete by itself. */
final class ConditionalRemover implements Remover {
    @Override
    public void remove(Node source, List<Copied> copied, Results results) throws AgentException {
        List<DeleteItem> items = copied.stream()
                .map(one -> new DeleteItem(one.metric(), one.version()))
                .toList();
        for (int from = 0; from < items.size(); from += DeleteRequest.MAX_ITEMS) {
            int first = from;
            int end = Math.min(items.size(), from + DeleteRequest.MAX_ITEMS);
            source.client()
                    .deleteUnchanged(
                            new DeleteRequest(items.subList(from, end), false),
                            result -> accept(result, first, results));
        }
    }

    private static void accept(DeleteResult result, int first, Results results) {
        Optional<Problem> problem = result.failure().map(Problems::ofDeletion);
        Outcome outcome = switch (result.outcome()) {
            case DELETED, ABSENT -> Outcome.DELETED;
            case KEPT -> isWritten(result.failure().orElseThrow()) ? Outcome.CHANGED : Outcome.FAILED;
        };
        result.forEachIndex(i -> results.accept(first + i, outcome, problem));
    }

    /** Whoever has it open may write it. */
    private static boolean isWritten(ItemFailure failure) {
        return failure.reason() == ItemFailure.Reason.CHANGED || failure.reason() == ItemFailure.Reason.BUSY;
    }
}
