package org.buckytools.agent.pull;

import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
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
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.StreamedFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pull, by several threads if so many fetches are wanted at once. Each takes files off its connection into stages; what is
 * whole goes on to its {@link Committer}, whose thread makes it durable and reports it meanwhile.
 */
final class Pull {
    private static final Logger LOG = LoggerFactory.getLogger(Pull.class);

    private static final int PIECE_BYTES = 64 * 1024;

    private final PullRequest request;
    private final int atOnce;
    private final Optional<String> token;
    private final Predicate<MetricName> mayUpdate;
    private final MetricStore store;
    private final Sources sources;
    private final PullService.Results results;
    private final Duration beginning;
    private final BooleanSupplier stopping;

    Pull(
            PullRequest request,
            int atOnce,
            Optional<String> token,
            Predicate<MetricName> mayUpdate,
            MetricStore store,
            Sources sources,
            PullService.Results results,
            Duration beginning,
            BooleanSupplier stopping) {
        this.request = request;
        this.atOnce = atOnce;
        this.token = token;
        this.mayUpdate = mayUpdate;
        this.store = store;
        this.sources = sources;
        this.results = results;
        this.beginning = beginning;
        this.stopping = stopping;
    }

    /** Runs it to its end; throws only what the receiver of the results throws. */
    void run() throws IOException {
        if (!request.remove()) {
            ReentrantLock inTurn = new ReentrantLock();
            fetchAll(durable -> {
                inTurn.lock();
                try {
                    results.accept(durable);
                } finally {
                    inTurn.unlock();
                }
            });
            return;
        }
        try (AgentClient source = sources.client(request.source(), token);
                SourceRemoval removal =
                        new SourceRemoval(source, i -> request.items().get(i).from(), results)) {
            fetchAll(removal);
            removal.finish();
        }
    }

    /** Has each result told when its metric is durable. */
    private void fetchAll(PullService.Results durable) throws IOException {
        Portions portions = new Portions(request.items().size(), atOnce, beginning);
        List<FutureTask<Void>> fetchers = new ArrayList<>();
        for (int i = 0; i < atOnce; i++) {
            fetchers.add(new FutureTask<>(() -> {
                fetch(portions, durable);
                return null;
            }));
        }
        // The system's threads: a virtual one that waits for the network is handed from thread to thread, many times a
        // megabyte.
        for (int i = 0; i < atOnce; i++) {
            Thread.ofPlatform().daemon().name("pull-" + i).start(fetchers.get(i));
        }
        // Of all of them before any failure is told, so that nothing is still written after the pull.
        List<Throwable> failures =
                fetchers.stream().map(Pull::failure).flatMap(Optional::stream).toList();
        if (!failures.isEmpty()) {
            if (failures.getFirst() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("a defect in a pull", failures.getFirst());
        }
        Optional<Portions.Portion> rest = portions.rest();
        if (rest.isPresent()) {
            durable.accept(List.of(notBegun(rest.get())));
        }
    }

    /** Waits until a thread of this pull has ended, whatever happens, and says why it failed if it has. */
    private static Optional<Throwable> failure(FutureTask<Void> fetcher) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    fetcher.get();
                    return Optional.empty();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    return Optional.of(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private PullResult notBegun(Portions.Portion rest) {
        ItemFailure why = stopping.getAsBoolean()
                ? ofSource(new StoppingException())
                : new ItemFailure(Reason.NOT_BEGUN, "there was no time for it yet; ask for it again");
        return PullResult.failed(rest.from(), 0, 0, why).of(rest.count());
    }

    /** Fetches portion by portion, as long as there are any. */
    private void fetch(Portions portions, PullService.Results durable) throws IOException {
        try (Committer committer = new Committer(store, durable)) {
            while (!stopping.getAsBoolean()) {
                Optional<Portions.Portion> portion = portions.next();
                if (portion.isEmpty()) {
                    break;
                }
                fetch(portion.get(), portions, committer);
            }
            committer.finish();
        } finally {
            // Whether at the end or by a failure: the others need not begin anything either.
            portions.stop();
        }
    }

    private void fetch(Portions.Portion portion, Portions portions, Committer committer) throws IOException {
        List<Integer> wanted = new ArrayList<>(portion.count());
        for (int i = portion.from(); i < portion.from() + portion.count(); i++) {
            PullItem item = request.items().get(i);
            if (mayUpdate.test(item.to())) {
                wanted.add(i);
            } else {
                committer.failed(
                        i, 0, new ItemFailure(Reason.FORBIDDEN, "this token does not allow to update " + item.to()));
            }
        }
        if (!wanted.isEmpty()) {
            fetch(wanted, portions, committer);
        }
    }

    private void fetch(List<Integer> wanted, Portions portions, Committer committer) throws IOException {
        try (Receiver receiver = new Receiver(
                store, committer, wanted, i -> request.items().get(i).to(), portions::sized)) {
            try {
                if (!fetchTogether(wanted, receiver, committer)) {
                    fetchOneByOne(wanted, receiver, committer);
                }
            } catch (Committer.GoneException e) {
                throw e;
            } catch (IOException e) {
                ItemFailure failure = ofSource(e);
                LOG.warn("pulling from {}: {}", request.source(), failure.message());
                // The rest would fare no better now.
                portions.stop();
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
