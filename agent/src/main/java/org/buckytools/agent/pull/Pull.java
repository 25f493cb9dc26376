package org.buckytools.agent.pull;

import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.client.AgentBabbleException;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.client.Download;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.ItemFailure.Reason;
import org.buckytools.protocol.transfer.PullItem;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.protocol.transfer.StreamedFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pull. The thread that runs it takes files off the connection into stages; what is whole goes on to a
 * {@link Committer}, whose thread makes it durable and reports it meanwhile.
 */
final class Pull {
    private static final Logger LOG = LoggerFactory.getLogger(Pull.class);

    private static final int PIECE_BYTES = 64 * 1024;

    private final PullRequest request;
    private final Optional<String> token;
    private final Predicate<MetricName> mayUpdate;
    private final MetricStore store;
    private final Sources sources;
    private final PullService.Results results;
    private final BooleanSupplier stopping;

    Pull(
            PullRequest request,
            Optional<String> token,
            Predicate<MetricName> mayUpdate,
            MetricStore store,
            Sources sources,
            PullService.Results results,
            BooleanSupplier stopping) {
        this.request = request;
        this.token = token;
        this.mayUpdate = mayUpdate;
        this.store = store;
        this.sources = sources;
        this.results = results;
        this.stopping = stopping;
    }

    /** Runs it to its end; throws only what the receiver of the results throws. */
    void run() throws IOException {
        if (!request.remove()) {
            run(results);
            return;
        }
        try (AgentClient source = sources.client(request.source(), token)) {
            SourceRemoval removal =
                    new SourceRemoval(source, i -> request.items().get(i).from(), results);
            run(removal);
            removal.finish();
        }
    }

    /** Has each result told when its metric is durable. */
    private void run(PullService.Results durable) throws IOException {
        try (Committer committer = new Committer(store, durable)) {
            List<Integer> wanted = new ArrayList<>();
            for (int i = 0; i < request.items().size(); i++) {
                PullItem item = request.items().get(i);
                if (mayUpdate.test(item.to())) {
                    wanted.add(i);
                } else {
                    committer.failed(
                            i,
                            0,
                            new ItemFailure(Reason.FORBIDDEN, "this token does not allow to update " + item.to()));
                }
            }
            if (!wanted.isEmpty()) {
                fetch(wanted, committer);
            }
            committer.finish();
        }
    }

    private void fetch(List<Integer> wanted, Committer committer) throws IOException {
        try (Receiver receiver = new Receiver(
                store, committer, wanted, i -> request.items().get(i).to())) {
            try {
                if (!fetchTogether(wanted, receiver, committer)) {
                    fetchOneByOne(wanted, receiver, committer);
                }
            } catch (Committer.GoneException e) {
                throw e;
            } catch (IOException e) {
                ItemFailure failure = ofSource(e);
                LOG.warn("pulling from {}: {}", request.source(), failure.message());
                receiver.failRest(failure);
            }
        }
    }

    /** Fetches all in one request; false, with nothing done, if the source does not know version 2. */
    private boolean fetchTogether(List<Integer> wanted, Receiver receiver, Committer committer) throws IOException {
        FetchRequest asked = new FetchRequest(
                request.encoded(),
                wanted.stream().map(i -> request.items().get(i).from()).toList());
        try {
            sources.fetch(request.source(), asked, token, session -> {
                session.sourceNow().ifPresent(committer::setSourceNow);
                receiver.setStoredBytes(session::storedBytes);
                while (session.next(receiver)) {
                    if (!receiver.isComplete()) {
                        checkStop();
                    }
                }
            });
            return true;
        } catch (AgentRefusedException e) {
            if (e.status() == 404) {
                return false;
            }
            throw e;
        }
    }

    /** From a source that speaks version 1 only. It names no versions, so clients cannot delete by version there. */
    private void fetchOneByOne(List<Integer> wanted, Receiver receiver, Committer committer) throws IOException {
        try (AgentClient client = sources.client(request.source(), token)) {
            for (int i = 0; i < wanted.size(); i++) {
                checkStop();
                fetchOne(i, request.items().get(wanted.get(i)), client, receiver, committer);
            }
        }
    }

    private void fetchOne(int index, PullItem item, AgentClient client, Receiver receiver, Committer committer)
            throws IOException {
        Optional<Download> found = client.get(item.from(), request.encoded());
        if (found.isEmpty()) {
            receiver.failure(
                    index, new ItemFailure(Reason.NOT_FOUND, request.source() + " has no metric " + item.from()));
            return;
        }
        byte[] piece = new byte[PIECE_BYTES];
        try (Download download = found.get()) {
            MetricStat stat = download.stat();
            download.now().ifPresent(committer::setSourceNow);
            receiver.setStoredBytes(stat::size);
            receiver.file(new StreamedFile(index, stat.mode(), stat.modTime(), stat.size(), download.version()));
            long offset = 0;
            for (int length; (length = download.content().read(piece)) >= 0; ) {
                receiver.chunk(offset, ByteBuffer.wrap(piece, 0, length));
                offset += length;
            }
            receiver.fileEnd();
        }
    }

    private void checkStop() throws StoppingException {
        if (stopping.getAsBoolean()) {
            throw new StoppingException();
        }
    }

    /** What a failure of the source as a whole means for each metric that has not come yet. */
    private ItemFailure ofSource(IOException failure) {
        Reason reason = switch (failure) {
            case StoppingException _ -> Reason.BUSY;
            case AgentBabbleException _ -> Reason.DAMAGED_IN_TRANSIT;
            case AgentRefusedException refused
            when refused.status() == 401 || refused.status() == 403 -> Reason.FORBIDDEN;
            case AgentRefusedException _ -> Reason.SOURCE_UNREADABLE;
            default -> Reason.SOURCE_UNREACHABLE;
        };
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return new ItemFailure(reason, failure instanceof AgentException ? message : request.source() + ": " + message);
    }

    /** This daemon is to stop. */
    private static final class StoppingException extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        StoppingException() {
            super("the daemon that pulls is stopping");
        }
    }
}
