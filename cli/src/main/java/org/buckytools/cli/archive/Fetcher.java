package org.buckytools.cli.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentInterruptedException;
import org.buckytools.protocol.client.AgentUnreachableException;
import org.buckytools.protocol.client.Download;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.StreamedFile;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.buckytools.whisper.UnsupportedWhisperFormatException;

/**
 * Fetches entries, several a request where the daemon is ours. How many requests are at work at once is bounded, in all and for
 * each node, first come first served. Closing it ends them.
 *
 * <p>What comes is read into blocks of {@link Memory}, and stays there until the archive's writer takes it: each request has a block
 * into which it reads, and takes the next when that is full.
 */
final class Fetcher implements AutoCloseable {
    /** Tries of a metric whose failure may be a passing one. */
    private static final int ATTEMPTS = 3;

    private static final int PIECE_BYTES = 64 * 1024;

    private final Memory memory;
    private final boolean encoded;
    private final NodeHealth health;
    private final NodeTurns turns;
    private final Pace pace;

    /** {@code nanos} counts time from anywhere. */
    Fetcher(List<Node> nodes, int workers, boolean encoded, Memory memory, NodeHealth health, LongSupplier nanos) {
        this.memory = memory;
        this.encoded = encoded;
        this.health = health;
        this.turns = new NodeTurns(nodes, workers, "fetch");
        this.pace = new Pace(nanos);
    }

    /** Begins to fetch entries that have the same source; each gets its outcome. */
    void fetch(List<Entry> entries) {
        turns.add(entries.getFirst().source(), new Request(List.copyOf(entries)));
    }

    private final class Request implements NodeTurns.Request {
        private final List<Entry> entries;

        Request(List<Entry> entries) {
            this.entries = entries;
        }

        @Override
        public void run() {
            Node node = entries.getFirst().source();
            try {
                if (entries.getFirst().isContested()) {
                    for (Entry entry : entries) {
                        fetchNewest(entry);
                    }
                } else {
                    fetchFrom(node, entries);
                }
            } catch (InterruptedException | InterruptedIOException | AgentInterruptedException e) {
                // Whoever closed this does not wait for them; those that have come already stay so.
                dropped();
            } catch (IOException | RuntimeException | Error e) {
                entries.forEach(entry -> entry.broken(e));
            }
        }

        @Override
        public void dropped() {
            entries.forEach(entry -> entry.failed("stopped"));
        }
    }

    private void fetchFrom(Node node, List<Entry> entries) throws IOException, InterruptedException {
        List<Entry> left = entries;
        while (!left.isEmpty()) {
            List<Entry> again = new ArrayList<>();
            for (Attempt attempt : attempt(node, left)) {
                settle(node, attempt, again);
            }
            if (!again.isEmpty()) {
                health.pause();
            }
            left = again;
        }
    }

    /** What one request brought of an entry: a content, or why there is none. */
    private record Attempt(Entry entry, Optional<Arrival> arrival, Optional<ItemFailure> failure, boolean isNodes) {}

    private record Arrival(Content content, int mode, long modTime) {}

    private void settle(Node node, Attempt attempt, List<Entry> again) {
        Entry entry = attempt.entry();
        if (attempt.arrival().isPresent()) {
            Arrival arrival = attempt.arrival().get();
            entry.arrived(
                    new Entry.Outcome.Whole(arrival.content(), arrival.mode(), arrival.modTime(), entry.troubles()));
            return;
        }
        ItemFailure failure = attempt.failure().orElseThrow();
        boolean isWorthIt = attempt.isNodes() ? health.isWorthWaiting(node) : entry.countAttempt() < ATTEMPTS;
        if (failure.reason().isRetryable() && isWorthIt) {
            again.add(entry);
            return;
        }
        String reason = node + ": " + failure.message();
        entry.addTrouble(reason);
        if (entry.nextSource()) {
            fetch(List.of(entry));
        } else {
            entry.failed(entry.troubles().orElse(reason));
        }
    }

    /** Asks every node that has it, and keeps the copy with the newest point. */
    private void fetchNewest(Entry entry) throws IOException, InterruptedException {
        Optional<Arrival> best = Optional.empty();
        long newest = -1;
        for (Node node : entry.sources()) {
            Attempt attempt = attempt(node, List.of(entry)).getFirst();
            for (int i = 1; i < ATTEMPTS && isRetryable(attempt); i++) {
                health.pause();
                attempt = attempt(node, List.of(entry)).getFirst();
            }
            attempt.failure().ifPresent(failure -> entry.addTrouble(node + ": " + failure.message()));
            if (attempt.arrival().isPresent()) {
                Arrival arrival = attempt.arrival().get();
                long time = NewestPoint.of(arrival.content());
                if (time > newest) {
                    best.ifPresent(worse -> worse.content().close());
                    best = Optional.of(arrival);
                    newest = time;
                } else {
                    arrival.content().close();
                }
            }
        }
        if (best.isPresent()) {
            entry.arrived(new Entry.Outcome.Whole(
                    best.get().content(), best.get().mode(), best.get().modTime(), entry.troubles()));
        } else {
            entry.failed(entry.troubles().orElse("no node has it"));
        }
    }

    private static boolean isRetryable(Attempt attempt) {
        return attempt.failure().map(failure -> failure.reason().isRetryable()).orElse(false);
    }

    /** Asks once; one attempt an entry comes back, in the same order. */
    private List<Attempt> attempt(Node node, List<Entry> entries) throws IOException {
        return node.speaksVersion2() ? fetchTogether(node, entries) : fetchOneByOne(node, entries);
    }

    private List<Attempt> fetchTogether(Node node, List<Entry> entries) throws IOException {
        FetchRequest request = new FetchRequest(
                encoded && pace.isSlow(), entries.stream().map(Entry::metric).toList());
        List<Attempt> attempts = new ArrayList<>();
        try (Arena arena = new Arena(memory);
                Files files = new Files(entries, arena, attempts)) {
            node.client().fetch(request, files.block.bytes(), files);
            health.works(node);
        } catch (AgentInterruptedException e) {
            discard(attempts);
            throw e;
        } catch (AgentException e) {
            if (!attempts.isEmpty()) {
                health.works(node);
            }
            addRest(entries, attempts, e);
        } catch (IOException | RuntimeException e) {
            discard(attempts);
            throw e;
        }
        return attempts;
    }

    private static void addRest(List<Entry> entries, List<Attempt> attempts, AgentException failure) {
        ItemFailure reason = ofNode(failure);
        for (int i = attempts.size(); i < entries.size(); i++) {
            attempts.add(new Attempt(entries.get(i), Optional.empty(), Optional.of(reason), true));
        }
    }

    private static ItemFailure ofNode(AgentException failure) {
        boolean passing = failure.retry() != AgentException.Retry.NEVER;
        return new ItemFailure(
                passing ? ItemFailure.Reason.SOURCE_UNREACHABLE : ItemFailure.Reason.FORBIDDEN, failure.getMessage());
    }

    private static void discard(List<Attempt> attempts) {
        attempts.forEach(attempt ->
                attempt.arrival().ifPresent(arrival -> arrival.content().close()));
    }

    private List<Attempt> fetchOneByOne(Node node, List<Entry> entries) throws IOException {
        List<Attempt> attempts = new ArrayList<>();
        for (Entry entry : entries) {
            try {
                attempts.add(download(node, entry));
                health.works(node);
            } catch (AgentInterruptedException e) {
                discard(attempts);
                throw e;
            } catch (AgentException e) {
                boolean isNodes = e instanceof AgentUnreachableException;
                attempts.add(new Attempt(entry, Optional.empty(), Optional.of(ofNode(e)), isNodes));
            }
        }
        return attempts;
    }

    private Attempt download(Node node, Entry entry) throws IOException {
        Optional<Download> found = node.client().get(entry.metric(), encoded);
        if (found.isEmpty()) {
            return failed(entry, ItemFailure.Reason.NOT_FOUND, "it has no metric " + entry.metric() + " any more");
        }
        byte[] piece = new byte[PIECE_BYTES];
        try (Download download = found.get();
                Arena arena = new Arena(memory);
                Content.Builder builder = new Content.Builder(
                        memory, entry.allowed(), arena, download.stat().size())) {
            InputStream content = download.content();
            long offset = 0;
            for (int length = content.read(piece); length >= 0; length = content.read(piece)) {
                builder.write(offset, ByteBuffer.wrap(piece, 0, length));
                offset += length;
            }
            Content whole = builder.finish();
            Optional<String> corrupt = corruption(whole, entry);
            if (corrupt.isPresent()) {
                whole.close();
                return failed(entry, ItemFailure.Reason.SOURCE_CORRUPT, corrupt.get());
            }
            return new Attempt(
                    entry,
                    Optional.of(new Arrival(
                            whole, download.stat().mode(), download.stat().modTime())),
                    Optional.empty(),
                    false);
        }
    }

    /** Daemons of version 1 do not look at what they send. */
    private static Optional<String> corruption(Content content, Entry entry) throws IOException {
        try {
            NewestPoint.header(content, entry.metric().relativePath());
            return Optional.empty();
        } catch (UnsupportedWhisperFormatException e) {
            return Optional.empty(); // go-carbon's compressed files are kept as they are
        } catch (CorruptWhisperFileException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static Attempt failed(Entry entry, ItemFailure.Reason reason, String message) {
        return new Attempt(entry, Optional.empty(), Optional.of(new ItemFailure(reason, message)), false);
    }

    @Override
    public void close() {
        turns.close();
    }

    /** Takes what a daemon sends, and notes one attempt an entry as it ends. */
    private final class Files implements FileStreamReader.Handler, AutoCloseable {
        private final List<Entry> entries;
        private final Arena arena;
        private final List<Attempt> attempts;
        private Block block = new Block(memory);
        private StreamedFile file;
        private Content.Builder builder;
        private Optional<ItemFailure> failure = Optional.empty();

        Files(List<Entry> entries, Arena arena, List<Attempt> attempts) {
            this.entries = entries;
            this.arena = arena;
            this.attempts = attempts;
        }

        @Override
        public void file(StreamedFile begun) {
            file = begun;
            failure = Optional.empty();
            builder = new Content.Builder(memory, entries.get(begun.index()).allowed(), arena, begun.size());
        }

        @Override
        public void chunk(long offset, ByteBuffer bytes) {
            if (failure.isPresent()) {
                return;
            }
            try {
                if (bytes.isDirect()) {
                    // What was compressed says nothing of how fast the rest would have come.
                    pace.add(bytes.remaining());
                    builder.keep(offset, block, bytes);
                } else {
                    builder.write(offset, bytes); // it was compressed, and lies in the reader's own memory
                }
            } catch (IOException e) {
                failure = Optional.of(new ItemFailure(
                        ItemFailure.Reason.DESTINATION_UNWRITABLE,
                        "it is too large for memory and cannot be kept in a temporary file: " + e.getMessage()));
            }
        }

        @Override
        public void fileEnd() {
            if (failure.isPresent()) {
                fileFailed(failure.get());
                return;
            }
            Content whole = builder.finish();
            attempts.add(new Attempt(
                    entries.get(file.index()),
                    Optional.of(new Arrival(whole, file.mode(), file.modTime())),
                    Optional.empty(),
                    false));
        }

        @Override
        public boolean keepsBytes() {
            return true;
        }

        @Override
        public ByteBuffer nextBuffer(ByteBuffer rest) {
            Block next = new Block(memory);
            next.bytes().clear().put(rest).flip();
            // Not before: whoever takes it then overwrites it.
            block.giveUp();
            block = next;
            return next.bytes();
        }

        @Override
        public void fileFailed(ItemFailure reason) {
            forget();
            failure(file.index(), failure.orElse(reason));
        }

        @Override
        public void failure(int index, ItemFailure reason) {
            attempts.add(new Attempt(entries.get(index), Optional.empty(), Optional.of(reason), false));
        }

        /** Forgets what has come of a file that will not become whole. */
        private void forget() {
            if (builder != null) {
                builder.close();
                builder = null;
            }
        }

        @Override
        public void close() {
            forget();
            block.giveUp();
        }
    }
}
