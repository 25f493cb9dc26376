package org.buckytools.protocol.client;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.Encoding;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.Headers;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.Routes;
import org.buckytools.protocol.SnappyFraming;
import org.buckytools.protocol.client.AgentException.Retry;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.MalformedMessageException;

/**
 * Requests about single metrics, with a file as their body or their answer, as both versions of daemons know them. They need all
 * that HTTP has, so they are made with OkHttp, which is loaded with the first of them.
 */
final class MetricRequests {
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

    MetricRequests(DaemonAddress daemon, OkHttpClient http, ClientOptions options) {
        this.daemon = daemon;
        this.http = http;
        this.options = options;
    }

    Optional<MetricStat> stat(MetricName metric) throws AgentException {
        Exchange exchange = new Exchange("HEAD of " + metric);
        Request request = exchange.request(Routes.metricPath(metric)).head().build();
        try (MetricAnswer answer = exchange.send(request)) {
            return answer.status() == NOT_FOUND
                    ? Optional.empty()
                    : Optional.of(answer.expectOk().metricStat(metric));
        }
    }

    Optional<Download> get(MetricName metric, boolean encoded) throws AgentException {
        Exchange exchange = new Exchange("GET of " + metric);
        Request.Builder request = exchange.request(Routes.metricPath(metric));
        if (encoded) {
            request.header("Accept-Encoding", Headers.SNAPPY);
        }
        MetricAnswer answer = exchange.send(request.get().build());
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

    FillTimings fill(MetricName metric, MetricStat stat, AgentClient.Upload body) throws AgentException {
        return upload("POST", metric, stat, body);
    }

    FillTimings replace(MetricName metric, MetricStat stat, AgentClient.Upload body) throws AgentException {
        return upload("PUT", metric, stat, body);
    }

    private FillTimings upload(String method, MetricName metric, MetricStat stat, AgentClient.Upload body)
            throws AgentException {
        OptionalLong sourceNow = body.begin();
        Exchange exchange = new Exchange(method + " of " + metric);
        UploadBody content = new UploadBody(stat, body);
        Request.Builder request = exchange.request(Routes.metricPath(metric))
                .header(MetricStat.HEADER, stat.withName(metric).toHeader())
                .method(method, content);
        if (stat.encoding() == Encoding.SNAPPY) {
            request.header("Content-Encoding", Headers.SNAPPY);
        }
        sourceNow.ifPresent(now -> request.header(Headers.NOW, Long.toString(now)));
        exchange.upload = content;
        try (MetricAnswer answer = exchange.send(request.build()).expectOk()) {
            return answer.timings();
        }
    }

    boolean delete(MetricName metric) throws AgentException {
        Exchange exchange = new Exchange("DELETE of " + metric);
        Request request = exchange.request(Routes.metricPath(metric)).delete().build();
        try (MetricAnswer answer = exchange.send(request)) {
            if (answer.status() == NOT_FOUND) {
                return false;
            }
            answer.expectOk();
            return true;
        }
    }

    Optional<FillTimings> fetchOffload(MetricName to, DaemonAddress source, MetricName from, boolean encoded)
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
        try (MetricAnswer answer = exchange.send(request)) {
            return answer.status() == NOT_FOUND
                    ? Optional.empty()
                    : Optional.of(answer.expectOk().timings());
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

        MetricAnswer send(Request request) throws AgentException {
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
            return new MetricAnswer(this, response[0], interruptible);
        }
    }

    /** Makes something of a body. */
    @FunctionalInterface
    private interface BodyReader<T> {
        T read(InputStream body) throws IOException;
    }

    /** A response whose body has not been read. */
    private static final class MetricAnswer implements AutoCloseable {
        private final Exchange exchange;
        private final Response response;
        private final InputStream body;

        MetricAnswer(Exchange exchange, Response response, InterruptibleCall call) {
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
        MetricAnswer expectOk() throws AgentException {
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
        private final MetricAnswer answer;

        DownloadedContent(InputStream content, MetricAnswer answer) {
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

    /** A file on its way to a daemon. */
    private static final class UploadBody extends RequestBody {
        private final MetricStat stat;
        private final AgentClient.Upload content;
        private InterruptibleCall waiting;
        private IOException ownFailure;

        UploadBody(MetricStat stat, AgentClient.Upload content) {
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
