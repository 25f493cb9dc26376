package org.buckytools.cli.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.buckytools.cli.testing.GoHttp.Answer;
import org.buckytools.cli.testing.GoHttp.Request;
import org.buckytools.hashring.Member;
import org.buckytools.protocol.Encoding;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.SnappyFraming;
import org.buckytools.protocol.json.Json;

/**
 * A daemon of the Go tools over HTTP, with its files in memory: what it answers, in which words and spelling, was recorded from the
 * running daemons.
 *
 * <p>It has no version 2, lists what it knew at its last scan, answers 202 until the first scan is done, and says that all is well after a
 * fill that skips every gap of one step.
 */
public final class GoDaemon implements AutoCloseable {
    /** Which of the two. */
    public enum Variant {
        /** Jack Neely's: an upload is answered with nothing, and it does not fetch by itself. */
        ORIGINAL,
        /** The go-graphite project's: an upload is answered with timings, and it fetches by itself, from anyone. */
        FORK
    }

    private static final long LONG_AGO_SECONDS = 3600;

    private final Variant variant;
    private final String ring;
    private final GoHttp http;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    // All below: with the monitor held.
    private final Map<String, File> files = new TreeMap<>();
    private List<String> inventory = List.of();
    private int scansAhead;

    @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
    private record File(byte[] content, int mode, long modTime) {}

    /** One of a ring of these members, all on {@code port}. */
    public GoDaemon(Variant variant, String host, int port, List<Member> members) throws IOException {
        this.variant = variant;
        this.ring = "{\"Name\":\"" + host + "\",\"Nodes\":["
                + members.stream()
                        .map(member -> "{\"Server\":\"" + member.host() + "\",\"Port\":" + member.port()
                                + ",\"Instance\":\"" + member.instance().orElse("") + "\"}")
                        .collect(Collectors.joining(","))
                + "],\"Algo\":\"jump_fnv1a\",\"Replicas\":1}";
        this.http = new GoHttp(new InetSocketAddress(host, port), this::answer);
    }

    /** Stores a file that nobody has written for a while, and lists it. */
    public synchronized GoDaemon put(String metric, byte[] content) {
        files.put(metric, new File(content, 0644, now() - LONG_AGO_SECONDS));
        inventory = List.copyOf(files.keySet());
        return this;
    }

    /** Lets it take so many requests for its list to scan its disk. */
    public synchronized GoDaemon scanning(int requests) {
        scansAhead = requests;
        return this;
    }

    /** Lets it say that it is this time, whatever it does. */
    public GoDaemon clock(Instant now) {
        http.clock(now);
        return this;
    }

    /** The content of a metric's file. */
    public synchronized Optional<byte[]> content(String metric) {
        return Optional.ofNullable(files.get(metric)).map(file -> file.content().clone());
    }

    /** What it has, listed or not, sorted. */
    public synchronized List<String> metrics() {
        return List.copyOf(files.keySet());
    }

    /** What it was asked so far: methods and targets. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }

    private Answer answer(Request request) throws IOException {
        requests.add(request.method() + " " + request.target());
        int question = request.target().indexOf('?');
        String path = question < 0 ? request.target() : request.target().substring(0, question);
        Map<String, String> parameters =
                form(question < 0 ? "" : request.target().substring(question + 1));
        if (path.equals("/hashring")) {
            return request.method().equals("GET") ? Answer.json(ring) : Answer.error(400, "Bad Request.");
        }
        if (path.equals("/metrics")) {
            return list(request, parameters);
        }
        if (path.startsWith("/metrics/")) {
            return metric(request, unescaped(path.substring("/metrics/".length())), parameters);
        }
        return Answer.error(404, "404 page not found");
    }

    private static Map<String, String> form(String encoded) {
        Map<String, String> fields = new HashMap<>();
        for (String field : encoded.split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals >= 0) {
                fields.put(
                        URLDecoder.decode(field.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(field.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return fields;
    }

    private static Map<String, String> form(Request request, Map<String, String> query) {
        Map<String, String> all = new HashMap<>(query);
        if (request.header("content-type").equals("application/x-www-form-urlencoded")) {
            all.putAll(form(new String(request.body(), StandardCharsets.UTF_8)));
        }
        return all;
    }

    /** In a path a plus is a plus. */
    private static String unescaped(String path) {
        return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8)
                .replace('/', '.');
    }

    private synchronized Answer list(Request request, Map<String, String> query) throws IOException {
        if (!request.method().equals("GET") && !request.method().equals("POST")) {
            return Answer.error(400, "Bad request method.");
        }
        if (scansAhead > 0) {
            scansAhead--;
            return Answer.error(202, "Cache update in progress.");
        }
        Map<String, String> parameters = form(request, query);
        List<String> names = new ArrayList<>(inventory);
        if (parameters.containsKey("force")) {
            // The scan it begins is for those who come later.
            inventory = List.copyOf(files.keySet());
        }
        if (parameters.containsKey("regex")) {
            Pattern pattern = Pattern.compile(parameters.get("regex"));
            names.removeIf(name -> !pattern.matcher(name).find());
        }
        if (parameters.containsKey("list")) {
            List<String> wanted = new ArrayList<>();
            Json.readTexts(
                    new ByteArrayInputStream(parameters.get("list").getBytes(StandardCharsets.UTF_8)),
                    "the list",
                    wanted::add);
            names.retainAll(wanted);
        }
        return Answer.json(names.stream().map(GoDaemon::quoted).collect(Collectors.joining(",", "[", "]")));
    }

    /** As Go writes a text: raw UTF-8, but some characters of HTML escaped. */
    private static String quoted(String text) {
        return new String(Json.toBytes(json -> json.writeString(text)), StandardCharsets.UTF_8)
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026");
    }

    private Answer metric(Request request, String metric, Map<String, String> query) throws IOException {
        if (metric.isEmpty()) {
            return Answer.error(400, "Metric name missing.");
        }
        return switch (request.method()) {
            case "HEAD" -> head(metric);
            case "GET" -> get(metric, request.header("accept-encoding").equals("snappy"));
            case "PUT" -> upload(request, metric, true);
            case "POST" ->
                variant == Variant.FORK && query.containsKey("fetch_offload")
                        ? fetch(metric, form(request, query))
                        : upload(request, metric, false);
            case "DELETE" -> delete(metric);
            default -> Answer.error(400, "Bad method request.");
        };
    }

    private static String stat(String metric, File file, int encoding) {
        return "{\"Name\":" + quoted(metric) + ",\"Size\":" + file.content().length + ",\"Mode\":" + file.mode()
                + ",\"ModTime\":" + file.modTime() + ",\"Encoding\":" + encoding + "}";
    }

    private synchronized Answer head(String metric) {
        File file = files.get(metric);
        return file == null
                ? new Answer(404, Map.of("X-Metric-Stat", "null"), new byte[0])
                : new Answer(200, Map.of("X-Metric-Stat", stat(metric, file, 0)), new byte[0]);
    }

    private Answer get(String metric, boolean encoded) throws IOException {
        File file;
        synchronized (this) {
            file = files.get(metric);
        }
        if (file == null) {
            return Answer.error(404, "Metric not found.");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept-Ranges", "bytes");
        if (encoded) {
            headers.put("Content-Encoding", "snappy");
        }
        headers.put("Content-Type", "application/octet-stream");
        headers.put("Last-Modified", "Mon, 23 Nov 2015 01:22:25 GMT");
        headers.put("X-Metric-Stat", stat(metric, file, encoded ? 1 : 0));
        return new Answer(200, headers, encoded ? snappy(file.content()) : file.content());
    }

    private static byte[] snappy(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream encoder = SnappyFraming.encode(bytes)) {
            encoder.write(plain);
        }
        return bytes.toByteArray();
    }

    private Answer upload(Request request, String metric, boolean replace) throws IOException {
        if (!request.header("content-type").equals("application/octet-stream")) {
            return Answer.error(400, "Content-Type must be application/octet-stream.");
        }
        MetricStat stat;
        try {
            stat = MetricStat.ofHeader(request.header("x-metric-stat"), new MetricName(metric))
                    .orElseThrow();
        } catch (IOException | NoSuchElementException e) {
            return Answer.error(400, "Error decoding X-Metric-Stat header");
        }
        if (stat.size() <= 28) {
            return Answer.error(400, "Whisper data in request too small.");
        }
        byte[] content = request.body();
        if (request.header("content-encoding").equals("snappy")) {
            try (InputStream decoded = SnappyFraming.decode(new ByteArrayInputStream(content), stat.size())) {
                content = decoded.readAllBytes();
            } catch (IOException e) {
                return Answer.error(500, "snappy: corrupt input");
            }
        }
        if (content.length != stat.size()) {
            return Answer.error(400, "Malformed whisper data");
        }
        store(metric, content, stat.mode(), replace);
        return done(0);
    }

    private synchronized void store(String metric, byte[] content, int mode, boolean replace) {
        File there = files.get(metric);
        byte[] stored = there == null || replace ? content.clone() : InexactFill.fill(there.content(), content);
        files.put(metric, new File(stored, there == null ? mode : there.mode(), now()));
    }

    private Answer done(long download) {
        return variant == Variant.ORIGINAL
                ? Answer.empty()
                : Answer.json("{\"Download\":" + download + ",\"Dump\":0,\"Fill\":0,\"Compress\":0,\"Copy\":71234}\n");
    }

    private Answer fetch(String metric, Map<String, String> form) throws IOException {
        String server = form.getOrDefault("server", "");
        byte[] content;
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://" + server + "/metrics/" + escaped(form.getOrDefault("metric", "")))
                            .toURL()
                            .openConnection();
            if (!form.getOrDefault("no_encoding", "").equals("true")) {
                connection.setRequestProperty("Accept-Encoding", "snappy");
            }
            if (connection.getResponseCode() == 404) {
                return Answer.error(404, "Error fetching metric: metric not found");
            }
            MetricStat stat = MetricStat.ofHeader(connection.getHeaderField("X-Metric-Stat"), new MetricName(metric))
                    .orElseThrow();
            try (InputStream body = connection.getInputStream()) {
                content = stat.encoding() == Encoding.SNAPPY
                        ? SnappyFraming.decode(body, stat.size()).readAllBytes()
                        : body.readAllBytes();
            }
        } catch (IOException e) {
            return Answer.error(400, "Error fetching metric: " + e.getMessage());
        }
        store(metric, content, 0644, false);
        return done(659_077);
    }

    private static String escaped(String metric) {
        StringBuilder path = new StringBuilder();
        for (byte b : metric.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 127 && "\"#%<>?[\\]^`{|}/".indexOf(b) < 0) {
                path.append((char) b);
            } else {
                path.append(String.format("%%%02X", b));
            }
        }
        return path.toString();
    }

    private synchronized Answer delete(String metric) {
        return files.remove(metric) == null ? Answer.error(404, "Metric not found.") : Answer.empty();
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
