package org.buckytools.protocol.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.DaemonStatus;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.NameListReader;
import org.buckytools.protocol.NameSink;
import org.buckytools.protocol.OwnedNameSink;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.Routes;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.JsonLinesReader;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.ItemResult;
import org.buckytools.protocol.transfer.MisplacedQuery;
import org.buckytools.protocol.transfer.ModifyRequest;
import org.buckytools.protocol.transfer.ModifyResult;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.SpaceUsage;
import org.buckytools.protocol.transfer.StatRequest;
import org.buckytools.protocol.transfer.StoreRequest;
import org.buckytools.protocol.transfer.UnreadableMetric;
import org.buckytools.protocol.transfer.UsageLine;

/** A daemon over HTTP/1.1, of either Go version or ours. Tries each request once; see {@link RetryingAgentClient}. */
final class HttpAgentClient implements AgentClient {
    private final DaemonAddress daemon;
    private final Supplier<MetricRequests> metrics;
    private final ClientOptions options;
    private final InstantSource clock;
    private final Supplier<FetchConnections> files;

    /** {@code metrics} and {@code files} are made when they are needed first. */
    HttpAgentClient(
            DaemonAddress daemon,
            Supplier<MetricRequests> metrics,
            ClientOptions options,
            InstantSource clock,
            Supplier<FetchConnections> files) {
        this.daemon = daemon;
        this.metrics = metrics;
        this.options = options;
        this.clock = clock;
        this.files = files;
    }

    @Override
    public DaemonAddress address() {
        return daemon;
    }

    @Override
    public RingDescription ring() throws AgentException {
        return getDocument(Routes.HASHRING, RingDescription::read);
    }

    @Override
    public DaemonStatus status() throws AgentException {
        return getDocument(Routes.STATUS, DaemonStatus::read);
    }

    @Override
    public void list(MetricQuery query, NameSink names) throws AgentException {
        readNames(HttpRequest.post(Routes.METRICS, query), Routes.METRICS, names);
    }

    private void readNames(HttpRequest request, String path, NameSink names) throws AgentException {
        readDocument(request, "POST " + path, body -> {
            NameListReader.read(body, "the list of metrics", names);
            return true;
        });
    }

    @Override
    public Optional<MetricStat> stat(MetricName metric) throws AgentException {
        return metrics.get().stat(metric);
    }

    @Override
    public Optional<Download> get(MetricName metric, boolean encoded) throws AgentException {
        return metrics.get().get(metric, encoded);
    }

    @Override
    public FillTimings fill(MetricName metric, MetricStat stat, Upload body) throws AgentException {
        return metrics.get().fill(metric, stat, body);
    }

    @Override
    public FillTimings replace(MetricName metric, MetricStat stat, Upload body) throws AgentException {
        return metrics.get().replace(metric, stat, body);
    }

    @Override
    public boolean delete(MetricName metric) throws AgentException {
        return metrics.get().delete(metric);
    }

    @Override
    public Optional<FillTimings> fetchOffload(MetricName to, DaemonAddress source, MetricName from, boolean encoded)
            throws AgentException {
        return metrics.get().fetchOffload(to, source, from, encoded);
    }

    @Override
    public void misplaced(MisplacedQuery query, OwnedNameSink metrics) throws AgentException {
        readDocument(HttpRequest.post(Routes.MISPLACED, query), "POST " + Routes.MISPLACED, body -> {
            NameListReader.readOwned(body, "the list of metrics", metrics);
            return true;
        });
    }

    @Override
    public void misplacedNames(MisplacedQuery query, NameSink names) throws AgentException {
        readNames(HttpRequest.post(Routes.MISPLACED, query), Routes.MISPLACED, names);
    }

    @Override
    public void pull(PullRequest request, Consumer<PullResult> results) throws AgentException {
        postForResults(Routes.PULL, request, PullResult::read, request.items().size(), HttpAgentClient::see, results);
    }

    @Override
    public void deleteUnchanged(DeleteRequest request, Consumer<DeleteResult> results) throws AgentException {
        postForResults(
                Routes.DELETE, request, DeleteResult::read, request.items().size(), HttpAgentClient::see, results);
    }

    private static void see(ItemResult<?> result, ItemsSeen seen) throws MalformedMessageException {
        seen.see(result.index(), result.count());
    }

    @Override
    public void modify(ModifyRequest request, Consumer<ModifyResult> results) throws AgentException {
        postForResults(
                Routes.MODIFY,
                request,
                ModifyResult::read,
                request.metrics().size(),
                (result, seen) -> seen.see(result.index(), 1),
                results);
    }

    @Override
    public void stat(List<MetricName> metrics, Consumer<Optional<MetricStat>> stats) throws AgentException {
        for (int from = 0; from < metrics.size(); from += StatRequest.MAX_ITEMS) {
            List<MetricName> some = metrics.subList(from, Math.min(metrics.size(), from + StatRequest.MAX_ITEMS));
            int[] next = {0};
            // A line has no number of its own; its place says which metric it is about.
            postForResults(
                    Routes.STAT,
                    new StatRequest(some),
                    MetricStat::readNullable,
                    some.size(),
                    (line, seen) -> seen.see(next[0]++, 1),
                    stats);
        }
    }

    @Override
    public SpaceUsage usage(MetricQuery query, Consumer<UnreadableMetric> unreadable) throws AgentException {
        SpaceUsage[] usage = new SpaceUsage[1];
        readLines(HttpRequest.post(Routes.USAGE, query), Routes.USAGE, UsageLine::read, line -> {
            switch (line) {
                case UnreadableMetric one -> unreadable.accept(one);
                case SpaceUsage all -> usage[0] = all;
            }
        });
        if (usage[0] == null) {
            throw new Failures(daemon, "POST " + Routes.USAGE).babble("the stream ends without a sum", null);
        }
        return usage[0];
    }

    @Override
    public void fetch(FetchRequest request, ByteBuffer buffer, FileStreamReader.Handler handler) throws IOException {
        long now = clock.instant().getEpochSecond();
        try (FetchSession session = files.get().fetch(daemon, request, options.token(), now, buffer)) {
            while (session.next(handler)) {
                // the handler gets all
            }
        }
    }

    @Override
    public void store(StoreRequest request, ByteBuffer buffer, Files content, Consumer<PullResult> results)
            throws IOException {
        long now = clock.instant().getEpochSecond();
        files.get().store(daemon, request, options.token(), now, buffer, content, results);
    }

    /** Connections belong to {@link HttpAgentClients}. */
    @Override
    public void close() {}

    private <T> T getDocument(String path, Json.Reader<T> reader) throws AgentException {
        return readDocument(HttpRequest.get(path), "GET " + path, body -> Json.read(body, "the answer", reader));
    }

    /** Makes something of a body. */
    @FunctionalInterface
    private interface BodyReader<T> {
        T read(InputStream body) throws IOException;
    }

    private <T> T readDocument(HttpRequest request, String what, BodyReader<T> reader) throws AgentException {
        Failures failures = new Failures(daemon, what);
        try (Answer answer = ask(request, failures).expectOk()) {
            T document = reader.read(answer.body());
            answer.finish();
            return document;
        } catch (IOException e) {
            throw failures.brokenAnswer(e);
        }
    }

    /** Says this clock, by which daemons of ours tell that a rescan is asked for once, and not after each 202 again. */
    private Answer ask(HttpRequest request, Failures failures) throws AgentException {
        return files.get().ask(daemon, request, options.token(), clock.instant().getEpochSecond(), failures);
    }

    private <T> void postForLines(String path, JsonMessage message, Json.Reader<T> reader, Consumer<T> lines)
            throws AgentException {
        readLines(HttpRequest.post(path, message), path, reader, lines);
    }

    private <T> void readLines(HttpRequest request, String path, Json.Reader<T> reader, Consumer<T> lines)
            throws AgentException {
        Failures failures = new Failures(daemon, "POST " + path);
        try (Answer answer = ask(request, failures).expectOk()) {
            JsonLinesReader<T> stream = new JsonLinesReader<>(answer.body(), "the stream", reader);
            while (true) {
                Optional<T> line = next(stream, failures);
                if (line.isEmpty()) {
                    answer.finish();
                    return;
                }
                lines.accept(line.get());
            }
        }
    }

    private static <T> Optional<T> next(JsonLinesReader<T> stream, Failures failures) throws AgentException {
        try {
            return stream.next();
        } catch (IOException e) {
            throw failures.brokenAnswer(e);
        }
    }

    /** Notes which items a line is about. */
    @FunctionalInterface
    private interface Sight<T> {
        void see(T line, ItemsSeen seen) throws MalformedMessageException;
    }

    /** As {@link #postForLines}, and makes sure that each item is told of exactly once. */
    private <T> void postForResults(
            String path, JsonMessage message, Json.Reader<T> reader, int items, Sight<T> sight, Consumer<T> results)
            throws AgentException {
        ItemsSeen seen = new ItemsSeen(items);
        Json.Reader<T> checking = input -> {
            T line = reader.read(input);
            sight.see(line, seen);
            return line;
        };
        postForLines(path, message, checking, results);
        try {
            seen.end();
        } catch (MalformedMessageException e) {
            throw new Failures(daemon, "POST " + path).babble(e.getMessage(), e);
        }
    }
}
