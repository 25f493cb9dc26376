package org.buckytools.protocol.client;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.DaemonStatus;
import org.buckytools.protocol.Encoding;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.Headers;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.MetricQueryForm;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.Routes;
import org.buckytools.protocol.SnappyFraming;
import org.buckytools.protocol.client.AgentException.Retry;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.JsonLinesReader;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.MisplacedMetric;
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
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    /** The older Go daemons know no {@code fetch_offload}, and take it for an upload without the right content type. */
    private static final String NO_OFFLOAD = "Content-Type must be";

    /** More than any answer to an upload. */
    private static final int MAX_TIMINGS = 4096;

    private final DaemonAddress daemon;
    private final OkHttpClient http;
    private final ClientOptions options;
    private final InstantSource clock;
    private final Supplier<FetchConnections> files;

    /** {@code files} makes the connections for many files at once when they are needed first. */
    HttpAgentClient(
            DaemonAddress daemon,
            OkHttpClient http,
            ClientOptions options,
            InstantSource clock,
            Supplier<FetchConnections> files) {
        this.daemon = daemon;
        this.http = http;
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
    public void list(MetricQuery query, Consumer<String> names) throws AgentException {
        Exchange exchange = new Exchange("POST " + Routes.METRICS);
        Request request = queryRequest(exchange, Routes.METRICS, query);
        try (Answer answer = exchange.send(request).expectOk()) {
            answer.readAll(body -> {
                Json.readTexts(body, "the list of metrics", names);
                return true;
            });
        }
    }

    @Override
    public Optional<MetricStat> stat(MetricName metric) throws AgentException {
        Exchange exchange = new Exchange("HEAD of " + metric);
        Request request = exchange.request(Routes.metricPath(metric)).head().build();
        try (Answer answer = exchange.send(request)) {
            return answer.status() == NOT_FOUND
                    ? Optional.empty()
                    : Optional.of(answer.expectOk().metricStat(metric));
        }
    }

    @Override
    public Optional<Download> get(MetricName metric, boolean encoded) throws AgentException {
        Exchange exchange = new Exchange("GET of " + metric);
        Request.Builder request = exchange.request(Routes.metricPath(metric));
        if (encoded) {
            request.header("Accept-Encoding", Headers.SNAPPY);
        }
        Answer answer = exchange.send(request.get().build());
        boolean handedOver = false;
        try {
            if (answer.status() == NOT_FOUND) {
                return Optional.empty();
            }
            MetricStat stat = answer.expectOk().metricStat(metric);
            String encoding = answer.header("Content-Encoding");
            InputStream content;
            if (encoding == null || encoding.equals("identity")) {
                content = SnappyFraming.plain(answer.body(), stat.size());
                stat = stat.withEncoding(Encoding.IDENTITY);
            } else if (encoding.equals(Headers.SNAPPY)) {
                content = SnappyFraming.decode(answer.body(), stat.size());
                stat = stat.withEncoding(Encoding.SNAPPY);
            } else {
                throw exchange.failures.babble("Content-Encoding " + Failures.printable(encoding), null);
            }
            Optional<String> version = Optional.ofNullable(answer.header(Headers.VERSION));
            Download download = new Download(stat, new DownloadedContent(content, answer), version, answer.date());
            handedOver = true;
            return Optional.of(download);
        } finally {
            if (!handedOver) {
                answer.close();
            }
        }
    }

    @Override
    public FillTimings fill(MetricName metric, MetricStat stat, Upload body) throws AgentException {
        return upload("POST", metric, stat, body);
    }

    @Override
    public FillTimings replace(MetricName metric, MetricStat stat, Upload body) throws AgentException {
        return upload("PUT", metric, stat, body);
    }

    private FillTimings upload(String method, MetricName metric, MetricStat stat, Upload body) throws AgentException {
        Exchange exchange = new Exchange(method + " of " + metric);
        UploadBody content = new UploadBody(stat, body);
        Request.Builder request = exchange.request(Routes.metricPath(metric))
                .header(MetricStat.HEADER, stat.withName(metric).toHeader())
                .method(method, content);
        if (stat.encoding() == Encoding.SNAPPY) {
            request.header("Content-Encoding", Headers.SNAPPY);
        }
        exchange.upload = content;
        try (Answer answer = exchange.send(request.build()).expectOk()) {
            return answer.timings();
        }
    }

    @Override
    public boolean delete(MetricName metric) throws AgentException {
        Exchange exchange = new Exchange("DELETE of " + metric);
        Request request = exchange.request(Routes.metricPath(metric)).delete().build();
        try (Answer answer = exchange.send(request)) {
            if (answer.status() == NOT_FOUND) {
                return false;
            }
            answer.expectOk();
            return true;
        }
    }

    @Override
    public Optional<FillTimings> fetchOffload(MetricName to, DaemonAddress source, MetricName from, boolean encoded)
            throws AgentException {
        Exchange exchange = new Exchange("POST of " + to + " by fetching " + from + " from " + source);
        Request request = exchange.request(Routes.metricPath(to), Routes.FETCH_OFFLOAD_QUERY)
                .post(new FormBody.Builder()
                        .add("server", source.toString())
                        .add("metric", from.value())
                        .add("no_encoding", Boolean.toString(!encoded))
                        .build())
                .build();
        exchange.badRequestRetry = text -> text.startsWith(NO_OFFLOAD) ? Retry.NEVER : Retry.TWICE;
        try (Answer answer = exchange.send(request)) {
            return answer.status() == NOT_FOUND
                    ? Optional.empty()
                    : Optional.of(answer.expectOk().timings());
        }
    }

    @Override
    public void misplaced(MisplacedQuery query, Consumer<MisplacedMetric> metrics) throws AgentException {
        postForLines(Routes.MISPLACED, query, MisplacedMetric::read, metrics);
    }

    @Override
    public void pull(PullRequest request, Consumer<PullResult> results) throws AgentException {
        postForResults(Routes.PULL, request, PullResult::read, request.items().size(), PullResult::index, results);
    }

    @Override
    public void deleteUnchanged(DeleteRequest request, Consumer<DeleteResult> results) throws AgentException {
        postForResults(
                Routes.DELETE, request, DeleteResult::read, request.items().size(), DeleteResult::index, results);
    }

    @Override
    public void modify(ModifyRequest request, Consumer<ModifyResult> results) throws AgentException {
        postForResults(
                Routes.MODIFY, request, ModifyResult::read, request.metrics().size(), ModifyResult::index, results);
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
                    line -> next[0]++,
                    stats);
        }
    }

    @Override
    public SpaceUsage usage(MetricQuery query, Consumer<UnreadableMetric> unreadable) throws AgentException {
        Exchange exchange = new Exchange("POST " + Routes.USAGE);
        SpaceUsage[] usage = new SpaceUsage[1];
        readLines(exchange, queryRequest(exchange, Routes.USAGE, query), UsageLine::read, line -> {
            switch (line) {
                case UnreadableMetric one -> unreadable.accept(one);
                case SpaceUsage all -> usage[0] = all;
            }
        });
        if (usage[0] == null) {
            throw exchange.failures.babble("the stream ends without a sum", null);
        }
        return usage[0];
    }

    /** Says this clock, by which daemons of ours tell that a rescan is asked for once, and not after each 202 again. */
    private Request queryRequest(Exchange exchange, String path, MetricQuery query) throws AgentException {
        return exchange.request(path)
                .header(Headers.NOW, now())
                .post(new QueryBody(query))
                .build();
    }

    private String now() {
        return Long.toString(clock.instant().getEpochSecond());
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
        Exchange exchange = new Exchange("GET " + path);
        try (Answer answer = exchange.send(exchange.request(path).get().build()).expectOk()) {
            return answer.readAll(body -> Json.read(body, "the answer", reader));
        }
    }

    private <T> void postForLines(String path, JsonMessage message, Json.Reader<T> reader, Consumer<T> lines)
            throws AgentException {
        Exchange exchange = new Exchange("POST " + path);
        Request request = exchange.request(path)
                .header(Headers.NOW, now())
                .post(RequestBody.create(Json.toBytes(message), MediaType.get(Json.CONTENT_TYPE)))
                .build();
        readLines(exchange, request, reader, lines);
    }

    private static <T> void readLines(Exchange exchange, Request request, Json.Reader<T> reader, Consumer<T> lines)
            throws AgentException {
        try (Answer answer = exchange.send(request).expectOk()) {
            JsonLinesReader<T> stream = new JsonLinesReader<>(answer.body(), "the stream", reader);
            while (true) {
                Optional<T> line = answer.read(stream::next);
                if (line.isEmpty()) {
                    return;
                }
                lines.accept(line.get());
            }
        }
    }

    /** As {@link #postForLines}, and makes sure that there is exactly one line an item. */
    private <T> void postForResults(
            String path,
            JsonMessage message,
            Json.Reader<T> reader,
            int items,
            ToIntFunction<T> index,
            Consumer<T> results)
            throws AgentException {
        BitSet seen = new BitSet(items);
        Json.Reader<T> checking = input -> {
            T line = reader.read(input);
            int at = index.applyAsInt(line);
            if (at >= items || seen.get(at)) {
                throw new MalformedMessageException(
                        "the stream has item " + at + " of " + items + (at < items ? " twice" : ""));
            }
            seen.set(at);
            return line;
        };
        postForLines(path, message, checking, results);
        if (seen.cardinality() != items) {
            throw new Failures(daemon, "POST " + path)
                    .babble("the stream ends with " + seen.cardinality() + " of " + items + " items", null);
        }
    }

    /** One request and what becomes of it. */
    private final class Exchange {
        private final Failures failures;
        private UploadBody upload;

        /** How a 400 with this text is to be retried. */
        private Function<String, Retry> badRequestRetry = text -> Retry.NEVER;

        Exchange(String what) {
            this.failures = new Failures(daemon, what);
        }

        Request.Builder request(String path) throws AgentException {
            return request(path, null);
        }

        Request.Builder request(String path, String query) throws AgentException {
            HttpUrl url;
            try {
                url = new HttpUrl.Builder()
                        .scheme("http")
                        .host(daemon.host())
                        .port(daemon.port())
                        .encodedPath(path)
                        .encodedQuery(query)
                        .build();
            } catch (IllegalArgumentException e) {
                throw new AgentUnreachableException(daemon, daemon + " cannot be asked: its host is no host name", e);
            }
            Request.Builder request = new Request.Builder()
                    .url(url)
                    .header("User-Agent", options.software())
                    // Keeps OkHttp from offering gzip, which no daemon of ours knows.
                    .header("Accept-Encoding", "identity");
            options.token().ifPresent(token -> request.header(Headers.AUTHORIZATION, token));
            return request;
        }

        Answer send(Request request) throws AgentException {
            okhttp3.Call call = http.newCall(request);
            InterruptibleCall interruptible = new InterruptibleCall(call);
            if (upload != null) {
                upload.waiting = interruptible;
            }
            Response[] response = new Response[1];
            boolean sent = false;
            try {
                interruptible.run(() -> response[0] = call.execute());
                sent = true;
            } catch (IOException e) {
                if (upload != null) {
                    upload.rethrowOwnFailure();
                }
                throw failures.noAnswer(e);
            } finally {
                if (!sent && response[0] != null) {
                    response[0].close();
                }
            }
            return new Answer(this, response[0], interruptible);
        }
    }

    /** Makes something of a body. */
    @FunctionalInterface
    private interface BodyReader<T> {
        T read(InputStream body) throws IOException;
    }

    /** A response whose body has not been read. */
    private static final class Answer implements AutoCloseable {
        private final Exchange exchange;
        private final Response response;
        private final InputStream body;

        Answer(Exchange exchange, Response response, InterruptibleCall call) {
            this.exchange = exchange;
            this.response = response;
            this.body = new InterruptibleBody(response.body().byteStream(), call);
        }

        int status() {
            return response.code();
        }

        String header(String name) {
            return response.header(name);
        }

        /** When it was made by the daemon's clock, in Unix seconds; empty if it does not say, or not as HTTP does. */
        OptionalLong date() {
            Date date = response.headers().getDate("Date");
            return date == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(date.toInstant().getEpochSecond());
        }

        /** What it throws is for {@link Failures#brokenAnswer}. */
        InputStream body() {
            return body;
        }

        /** Returns itself if the request succeeded, else closes itself. */
        Answer expectOk() throws AgentException {
            if (response.code() == OK) {
                return this;
            }
            try (this) {
                byte[] text = errorText();
                if (response.code() != BAD_REQUEST) {
                    throw exchange.failures.status(response.code(), text);
                }
                Retry retry = exchange.badRequestRetry.apply(new String(text, StandardCharsets.UTF_8));
                throw exchange.failures.status(response.code(), text, retry);
            }
        }

        private byte[] errorText() throws AgentException {
            try {
                return body.readNBytes(Failures.MAX_BODY);
            } catch (IOException e) {
                if (Failures.isInterrupt(e)) {
                    throw exchange.failures.brokenAnswer(e);
                }
                return new byte[0]; // the status says enough
            }
        }

        MetricStat metricStat(MetricName metric) throws AgentException {
            String value = header(MetricStat.HEADER);
            if (value == null) {
                throw exchange.failures.babble("there is no header " + MetricStat.HEADER, null);
            }
            Optional<MetricStat> stat;
            try {
                stat = MetricStat.ofHeader(value, metric);
            } catch (MalformedMessageException e) {
                throw exchange.failures.babble(e.getMessage(), e);
            }
            return stat.orElseThrow(() -> exchange.failures.babble(MetricStat.HEADER + " is null", null));
        }

        /** The older Go daemons say nothing on success. */
        FillTimings timings() throws AgentException {
            return readAll(content -> {
                byte[] text = content.readNBytes(MAX_TIMINGS);
                return text.length == 0 || text[0] != '{'
                        ? FillTimings.NONE
                        : Json.read(text, "the answer", FillTimings::read);
            });
        }

        <T> T readAll(BodyReader<T> reader) throws AgentException {
            return read(() -> reader.read(body));
        }

        <T> T read(InterruptibleCall.Waiting<T> reading) throws AgentException {
            try {
                return reading.run();
            } catch (IOException e) {
                throw exchange.failures.brokenAnswer(e);
            }
        }

        @Override
        public void close() {
            response.close();
        }
    }

    /** The bytes of an answer; an interrupt ends the wait for them. */
    private static final class InterruptibleBody extends FilterInputStream {
        private final InterruptibleCall call;

        InterruptibleBody(InputStream body, InterruptibleCall call) {
            super(body);
            this.call = call;
        }

        @Override
        public int read() throws IOException {
            return call.run(super::read);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return call.run(() -> super.read(bytes, offset, length));
        }
    }

    /** A file's content, whose failures are this package's. */
    private static final class DownloadedContent extends InputStream {
        private final InputStream content;
        private final Answer answer;

        DownloadedContent(InputStream content, Answer answer) {
            this.content = content;
            this.answer = answer;
        }

        @Override
        public int read() throws IOException {
            return answer.read(content::read);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return answer.read(() -> content.read(bytes, offset, length));
        }

        @Override
        public void close() {
            answer.close();
        }
    }

    /** A query's form, written as it goes. */
    private static final class QueryBody extends RequestBody {
        private final MetricQuery query;

        QueryBody(MetricQuery query) {
            this.query = query;
        }

        @Override
        public MediaType contentType() {
            return MediaType.get(Headers.FORM);
        }

        @Override
        public long contentLength() {
            return query.equals(MetricQuery.ALL) ? 0 : -1;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            MetricQueryForm.write(query, sink.outputStream());
        }
    }

    /** A file on its way to a daemon. */
    private static final class UploadBody extends RequestBody {
        private final MetricStat stat;
        private final Upload content;
        private InterruptibleCall waiting;
        private IOException ownFailure;

        UploadBody(MetricStat stat, Upload content) {
            this.stat = stat;
            this.content = content;
        }

        @Override
        public MediaType contentType() {
            return MediaType.get(Headers.OCTET_STREAM);
        }

        @Override
        public long contentLength() {
            return stat.encoding() == Encoding.IDENTITY ? stat.size() : -1;
        }

        /** OkHttp must not send it again by itself: its source may not be there a second time. */
        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            NetworkSink network = new NetworkSink(sink.outputStream());
            try {
                if (stat.encoding() == Encoding.SNAPPY) {
                    OutputStream encoder = SnappyFraming.encode(network);
                    writeContent(encoder);
                    encoder.close();
                } else {
                    writeContent(network);
                }
            } catch (IOException e) {
                if (network.failure == null) {
                    ownFailure = e;
                }
                throw e;
            } finally {
                waiting.hookAgain();
            }
        }

        private void writeContent(OutputStream sink) throws IOException {
            Counting counting = new Counting(sink);
            content.writeTo(counting);
            if (counting.count != stat.size()) {
                throw new EOFException("an upload of " + stat.size() + " bytes wrote " + counting.count);
            }
        }

        /** What went wrong on this side is no failure of the daemon's. */
        void rethrowOwnFailure() throws AgentException {
            if (ownFailure instanceof AgentException known) {
                throw known;
            }
            if (ownFailure != null && !(ownFailure instanceof InterruptedIOException)) {
                throw new UncheckedIOException(ownFailure);
            }
        }
    }

    private static final class Counting extends OutputStream {
        private final OutputStream sink;
        private long count;

        Counting(OutputStream sink) {
            this.sink = sink;
        }

        @Override
        public void write(int b) throws IOException {
            sink.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            sink.write(bytes, offset, length);
            count += length;
        }
    }

    /** Remembers whether it was the network that failed. Stays open, since the request goes on. */
    private static final class NetworkSink extends OutputStream {
        private final OutputStream sink;
        private IOException failure;

        NetworkSink(OutputStream sink) {
            this.sink = sink;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                sink.write(bytes, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
