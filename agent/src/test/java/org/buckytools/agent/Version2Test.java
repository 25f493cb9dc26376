package org.buckytools.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.buckytools.agent.http.RawHttp;
import org.buckytools.agent.http.RawHttp.Answer;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.json.JsonLinesReader;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.FileStreamFormat;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.FileStreamWriter;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.ItemFailure.Reason;
import org.buckytools.protocol.transfer.ItemResult;
import org.buckytools.protocol.transfer.ModifyResult;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.PullResult.Outcome;
import org.buckytools.protocol.transfer.StreamedFile;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.WhisperFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Version 2 of the protocol, between real daemons. */
class Version2Test {
    @TempDir
    private Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private RunningAgent source;
    private RunningAgent agent;

    @BeforeEach
    void start() throws IOException {
        source = keep(RunningAgent.start(directory.resolve("source")));
        agent = keep(RunningAgent.start(directory.resolve("store"), source));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    /** The same store under a new daemon, which has walked it anew. */
    private RunningAgent restart(RunningAgent stopped) throws IOException {
        stopped.close();
        return keep(RunningAgent.start(stopped.file("x").getParent()));
    }

    private byte[] whisper() throws IOException {
        return RunningAgent.whisper(directory, minute -> true);
    }

    /** Puts a file where it looks as if it had not been written lately. */
    private static void putOld(RunningAgent at, String metric, byte[] content) throws IOException {
        at.put(metric, content);
        at.age(metric);
    }

    private static String pullOf(RunningAgent from, String... metrics) {
        return pullOf(from.daemon().toString(), metrics);
    }

    private static String pullOf(String from, String... metrics) {
        return "{\"source\":\"" + from + "\",\"encoded\":false,\"items\":["
                + Arrays.stream(metrics)
                        .map(metric -> "[\"" + metric + "\",\"" + metric + "\"]")
                        .collect(Collectors.joining(","))
                + "]}";
    }

    private List<PullResult> pull(RunningAgent from, String... metrics) throws IOException {
        return pullResults(agent.post("/v2/pull", pullOf(from, metrics)));
    }

    private static List<PullResult> pullResults(Answer answer) throws IOException {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("content-type", "application/x-ndjson")
                .containsKey("x-buckyd-now");
        return lines(answer, PullResult::read).stream()
                .sorted(Comparator.comparingInt(PullResult::index))
                .toList();
    }

    private static <T> List<T> lines(Answer answer, org.buckytools.protocol.json.Json.Reader<T> reader)
            throws IOException {
        List<T> lines = new ArrayList<>();
        try (JsonLinesReader<T> input =
                new JsonLinesReader<>(new ByteArrayInputStream(answer.body()), "the answer", reader)) {
            for (var line = input.next(); line.isPresent(); line = input.next()) {
                lines.add(line.get());
            }
        }
        return lines;
    }

    private static Reason reason(PullResult result) {
        return result.failure().orElseThrow().reason();
    }

    @Test
    void tellsItsStatus() throws IOException {
        putOld(agent, "a.b", whisper());
        agent.awaitInventory();
        Answer answer = agent.ask("GET", "/v2/status");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .matches(
                        "\\{\"software\":\"buckytools-java [^\"]+\",\"now\":\\d+,\"metrics\":\\d,\"inventory\":\"ready\","
                                + "\"inventoryAge\":\\d+,\"strangeNames\":0,\"unplaceable\":0,\"unreadable\":0}");
        assertThat(Long.parseLong(answer.headers().get("x-buckyd-now")))
                .isCloseTo(Instant.now().getEpochSecond(), org.assertj.core.api.Assertions.within(5L));
    }

    @Test
    void statsManyInTheOrderAskedFor() throws IOException {
        byte[] content = whisper();
        agent.put("a.b", content);
        Answer answer = agent.post("/v2/stat", "{\"metrics\":[\"no.such\",\"a.b\"]}");
        assertThat(answer.text())
                .matches("null\n\\{\"Name\":\"a.b\",\"Size\":" + content.length
                        + ",\"Mode\":\\d+,\"ModTime\":\\d+,\"Encoding\":0}\n\\{\"end\":true}\n");
    }

    @Test
    void addsUpTheSpaceThatMetricsTake() throws IOException {
        byte[] content = whisper();
        for (int i = 0; i < 1500; i++) {
            source.put("many.of.them." + i % 40 + ".n" + i, new byte[1 + i]);
        }
        source.put("odd. name;a=b%+.é", content);
        try (var sparse = java.nio.channels.FileChannel.open(
                source.file("odd. name;a=b%+.é").resolveSibling("sparse.wsp"),
                java.nio.file.StandardOpenOption.CREATE_NEW,
                java.nio.file.StandardOpenOption.WRITE)) {
            sparse.write(ByteBuffer.allocate(1), 50_000_000);
        }
        RunningAgent full = restart(source).awaitInventory();
        Files.delete(full.file("many.of.them.0.n0"));
        Files.delete(full.file("many.of.them.1.n1"));
        Files.createDirectory(full.file("many.of.them.1.n1"));

        String many = form(full, "regex=many").text();
        assertThat(many)
                .matches("\\{\"metrics\":1498,\"bytes\":" + (1500 * 1501 / 2 - 3)
                        + ",\"allocated\":[0-9]+,\"absent\":2,\"unreadable\":0}\n\\{\"end\":true}\n");
        assertThat(form(full, "regex=sparse").text())
                .matches("\\{\"metrics\":1,\"bytes\":50000001,\"allocated\":[0-9]{1,6},.*\n.*\n");
        assertThat(form(full, "list=%5B%22odd.+name;a%3Db%25%2B.%C3%A9%22,%22nowhere%22%5D")
                        .text())
                .startsWith("{\"metrics\":1,\"bytes\":" + content.length + ",");
        assertThat(form(full, "regex=nothing").text())
                .startsWith("{\"metrics\":0,\"bytes\":0,\"allocated\":0,\"absent\":0,\"unreadable\":0}");
        assertThat(form(full, "regex=(").status()).isEqualTo(400);
        assertThat(form(full, "list=x").status()).isEqualTo(400);
        assertThat(form(full, "force=1").status()).isEqualTo(202);
    }

    /** Asks for usage as our client does. */
    private static Answer form(RunningAgent at, String form) throws IOException {
        return at.exchange(
                "POST /v2/usage HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\nX-Buckyd-Now: 1\n"
                        + "Content-Length: " + form.length() + "\n",
                form.getBytes(UTF_8));
    }

    @Test
    void refusesMessagesThatAreNone() throws IOException {
        for (String path : List.of("/v2/stat", "/v2/pull", "/v2/fetch", "/v2/delete", "/v2/misplaced")) {
            for (String message : List.of("", "{", "[]", "{}", "{\"metrics\":[\"a/b\"],\"items\":[[\"..\",\"x\"]]}")) {
                Answer answer = agent.post(path, message);
                assertThat(answer.status()).as(path + message).isEqualTo(400);
                assertThat(answer.text())
                        .as(path + message)
                        .startsWith("{\"error\":\"")
                        .endsWith("\"retryable\":false}");
            }
        }
    }

    @Test
    void findsWhatIsMisplaced() throws IOException {
        for (int i = 0; i < 40; i++) {
            source.put("metric." + i, whisper());
        }
        source.put("carbon.agents.x", whisper());
        RunningAgent full = restart(source).awaitInventory();
        String ring = full.ask("GET", "/hashring").text();
        Answer answer = full.post(
                "/v2/misplaced",
                "{\"ring\":" + ring + ",\"host\":\"127.0.0.1\",\"exceptPrefixes\":[\"carbon.agents.\"]}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        List<String> lines = answer.text().lines().toList();
        assertThat(lines).hasSize(3).first().isEqualTo("[\"graphite2\"]");
        assertThat(lines.get(1)).matches("\\[\"metric\\.\\d+\"(,\"metric\\.\\d+\"){3,35}]");
        assertThat(lines.get(2)).isEqualTo("[]");
        Answer all = full.post("/v2/misplaced", "{\"ring\":" + ring + ",\"host\":\"drained\",\"regex\":\"^metric\"}");
        assertThat(all.text().lines()).hasSize(5);
        assertThat(all.text().split("metric")).hasSize(41);

        Answer names = full.post(
                "/v2/misplaced",
                "{\"ring\":" + ring
                        + ",\"host\":\"127.0.0.1\",\"exceptPrefixes\":[\"carbon.agents.\"],\"namesOnly\":true}");
        assertThat(names.headers()).containsEntry("content-type", "application/json");
        assertThat(names.text()).isEqualTo(lines.get(1));
    }

    @Test
    void sendsFilesInOneStream() throws IOException {
        byte[] content = whisper();
        putOld(source, "a.b", content);
        putOld(source, "corrupt", Arrays.copyOf(content, 1000));
        Answer answer =
                source.post("/v2/fetch", "{\"encoded\":false,\"metrics\":[\"a.b\",\"no.such\",\"corrupt\",\"a.b\"]}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", "application/x-bucky-files");
        List<String> seen = new ArrayList<>();
        FileStreamReader reader = new FileStreamReader(
                Channels.newChannel(new ByteArrayInputStream(answer.body())), ByteBuffer.allocate(1 << 16), 4);
        FileStreamReader.Handler handler = new FileStreamReader.Handler() {
            private byte[] file;

            @Override
            public void file(StreamedFile begun) {
                assertThat(begun.version()).isPresent();
                file = new byte[(int) begun.size()];
            }

            @Override
            public void chunk(long offset, ByteBuffer bytes) {
                bytes.get(file, (int) offset, bytes.remaining());
            }

            @Override
            public void fileEnd() {
                assertThat(file).isEqualTo(content);
                seen.add("whole");
            }

            @Override
            public void fileFailed(ItemFailure failure) {
                seen.add("failed");
            }

            @Override
            public void failure(int index, ItemFailure failure) {
                seen.add(failure.reason().name());
            }
        };
        while (reader.next(handler)) {
            assertThat(seen).isNotEmpty();
        }
        assertThat(seen).containsExactly("whole", "NOT_FOUND", "SOURCE_CORRUPT", "whole");
    }

    @Test
    void pullsIntoAnEmptyStore() throws IOException {
        String[] metrics =
                IntStream.range(0, 300).mapToObj(i -> "dir" + i % 7 + ".m" + i).toArray(String[]::new);
        for (int i = 0; i < metrics.length; i++) {
            int step = 1 + i % 5;
            putOld(source, metrics[i], RunningAgent.whisper(directory, minute -> minute % step == 0));
        }
        List<PullResult> results = pull(source, metrics);
        assertThat(results).hasSize(300);
        for (int i = 0; i < metrics.length; i++) {
            assertThat(results.get(i).outcome()).isEqualTo(Outcome.CREATED);
            assertThat(results.get(i).version()).isPresent();
            assertThat(results.get(i).leftBehind()).isZero();
            assertThat(agent.content(metrics[i])).isEqualTo(source.content(metrics[i]));
        }
        assertThat(agent.files()).hasSize(300);
    }

    @Test
    void fillsWhatIsThereAndSaysSo() throws IOException {
        putOld(source, "a.b", RunningAgent.whisper(directory, minute -> minute % 3 == 0));
        agent.put("a.b", RunningAgent.whisper(directory, minute -> minute % 2 == 0));
        assertThat(pull(source, "a.b").getFirst().outcome()).isEqualTo(Outcome.FILLED);
        assertThat(RunningAgent.points(agent.content("a.b"))).isEqualTo(33);
        assertThat(pull(source, "a.b").getFirst().outcome()).isEqualTo(Outcome.UNCHANGED);
    }

    @Test
    void renamesWhatItPulls() throws IOException {
        byte[] content = whisper();
        putOld(source, "old.name", content);
        Answer answer = agent.post(
                "/v2/pull", "{\"source\":\"" + source.daemon() + "\",\"items\":[[\"old.name\",\"new.name\"]]}");
        assertThat(pullResults(answer).getFirst().outcome()).isEqualTo(Outcome.CREATED);
        assertThat(agent.content("new.name")).isEqualTo(content);
    }

    @Test
    void letsOneMetricFailWithoutTheOthers() throws IOException {
        byte[] content = whisper();
        for (String metric : List.of("a.b", "blocked.b", "damaged.b", "last")) {
            putOld(source, metric, content);
        }
        putOld(source, "corrupt", Arrays.copyOf(content, content.length - 100));
        agent.put("corrupt", content);
        // Where a directory is to be there is a file that is no metric's, and where a file is to be filled there is
        // rubbish.
        Files.writeString(directory.resolve("store/blocked"), "x");
        putOld(agent, "damaged.b", new byte[500]);
        List<PullResult> results = pull(source, "a.b", "no.such", "corrupt", "blocked.b", "damaged.b", "last");
        assertThat(results.stream().map(PullResult::outcome))
                .containsExactly(
                        Outcome.CREATED,
                        Outcome.FAILED,
                        Outcome.FAILED,
                        Outcome.FAILED,
                        Outcome.FAILED,
                        Outcome.CREATED);
        assertThat(reason(results.get(1))).isEqualTo(Reason.NOT_FOUND);
        assertThat(reason(results.get(2))).isEqualTo(Reason.SOURCE_CORRUPT);
        assertThat(reason(results.get(3))).isEqualTo(Reason.DESTINATION_UNWRITABLE);
        assertThat(reason(results.get(4))).isEqualTo(Reason.DESTINATION_CORRUPT);
        assertThat(agent.content("corrupt")).isEqualTo(content);
        assertThat(agent.content("damaged.b")).isEqualTo(new byte[500]);
        assertThat(agent.files()).containsExactly("a/b.wsp", "blocked", "corrupt.wsp", "damaged/b.wsp", "last.wsp");
    }

    @Test
    void movesCompressedFilesAsTheyAreAndNeverFillsThem() throws IOException {
        byte[] compressed = new byte[5000];
        Arrays.fill(compressed, (byte) 7);
        System.arraycopy("whisper_compressed\1".getBytes(UTF_8), 0, compressed, 0, 19);
        putOld(source, "new", compressed);
        putOld(source, "there", compressed);
        byte[] content = whisper();
        agent.put("there", content);
        putOld(source, "here", content);
        agent.put("here", compressed);
        List<PullResult> results = pull(source, "new", "there", "here");
        assertThat(results.get(0).outcome()).isEqualTo(Outcome.CREATED);
        assertThat(agent.content("new")).isEqualTo(compressed);
        assertThat(reason(results.get(1))).isEqualTo(Reason.COMPRESSED);
        assertThat(agent.content("there")).isEqualTo(content);
        assertThat(reason(results.get(2))).isEqualTo(Reason.COMPRESSED);
        assertThat(agent.content("here")).isEqualTo(compressed);
        Answer got = source.ask("GET", "/metrics/new");
        assertThat(got.body()).isEqualTo(compressed);
        Answer filled = source.exchange(
                "POST /metrics/new HTTP/1.1\nContent-Type: application/octet-stream\nX-Metric-Stat: {\"Size\":"
                        + content.length + "}\nContent-Length: " + content.length + "\n",
                content);
        assertThat(filled.status()).isEqualTo(409);
        assertThat(filled.text())
                .isEqualTo("new is a compressed file here (go-carbon's format), into which nothing can be filled\n");
    }

    @Test
    void refusesSourcesThatAreNotAllowedAndNamesTheFlag() throws IOException {
        Answer answer = agent.post("/v2/pull", pullOf("127.0.0.1:1", "a.b"));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).contains("--allow-source 127.0.0.1:1").endsWith("\"retryable\":false}");
        Answer offload = agent.ask("POST", "/metrics/a.b?fetch_offload=true&server=127.0.0.1:1&metric=a.b");
        assertThat(offload.status()).isEqualTo(403);
        assertThat(offload.text()).contains("--allow-source 127.0.0.1:1");
    }

    @Test
    void fetchesByItselfForVersion1() throws IOException {
        byte[] content = whisper();
        putOld(source, "a.b", content);
        for (String encoding : List.of("", "&no_encoding=true")) {
            String form = "server=" + source.daemon() + "&metric=a.b" + encoding;
            Answer answer = agent.exchange(
                    "POST /metrics/x" + encoding.length() + "?fetch_offload=true HTTP/1.1\nContent-Type:"
                            + " application/x-www-form-urlencoded\nContent-Length: " + form.length() + "\n",
                    form.getBytes(UTF_8));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.text()).contains("\"Download\":").contains("\"LeftBehind\":0");
            assertThat(agent.content("x" + encoding.length())).isEqualTo(content);
        }
        String query = "?fetch_offload=true&server=" + source.daemon() + "&metric=";
        assertThat(agent.ask("POST", "/metrics/x" + query + "no.such").status()).isEqualTo(404);
        assertThat(agent.ask("POST", "/metrics/x" + query).status()).isEqualTo(400);
        source.put("corrupt", new byte[100]);
        assertThat(agent.ask("POST", "/metrics/y" + query + "corrupt").status()).isEqualTo(400);
        Files.writeString(directory.resolve("store/blocked"), "x");
        assertThat(agent.ask("POST", "/metrics/blocked.x" + query + "a.b").status())
                .isEqualTo(500);
        source.close();
        Answer gone = agent.ask("POST", "/metrics/z" + query + "a.b");
        assertThat(gone.status()).isEqualTo(400);
        assertThat(gone.text()).startsWith("Error fetching metric: ");
    }

    @Test
    void reportsEveryMetricOfASourceThatIsGone() throws IOException {
        source.close();
        List<PullResult> results = pull(source, "a", "b");
        assertThat(results).hasSize(2).allMatch(result -> reason(result) == Reason.SOURCE_UNREACHABLE);
    }

    @Test
    void keepsWhatCameBeforeTheSourceDiedAndFailsTheRest() throws Exception {
        byte[] content = whisper();
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            RunningAgent puller = keep(RunningAgent.start(
                    directory.resolve("puller"),
                    config ->
                            config.withAllowedSources(List.of(new DaemonAddress("127.0.0.1", server.getLocalPort())))));
            CompletableFuture<Void> dying = CompletableFuture.runAsync(() -> {
                try (Socket connection = server.accept()) {
                    connection.getInputStream().read(new byte[10_000]);
                    var sink = Channels.newChannel(connection.getOutputStream());
                    sink.write(ByteBuffer.wrap(("HTTP/1.1 200 OK\r\nContent-Type: " + FileStreamFormat.CONTENT_TYPE
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(UTF_8)));
                    FileStreamWriter writer =
                            new FileStreamWriter(sink::write, ByteBuffer.allocateDirect(FileStreamFormat.MIN_BUFFER));
                    writer.file(new StreamedFile(0, 0644, 0, content.length, java.util.Optional.of("1-2-3-4-5")));
                    writer.chunk(0, ByteBuffer.wrap(content));
                    writer.fileEnd();
                    writer.file(new StreamedFile(1, 0644, 0, content.length, java.util.Optional.of("1-2-3-4-5")));
                    writer.chunk(0, ByteBuffer.wrap(content, 0, 1000));
                    writer.flush();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            List<PullResult> results =
                    pullResults(puller.post("/v2/pull", pullOf("127.0.0.1:" + server.getLocalPort(), "a", "b", "c")));
            dying.get(10, TimeUnit.SECONDS);
            assertThat(results.get(0).outcome()).isEqualTo(Outcome.CREATED);
            assertThat(results.get(0).version()).contains("1-2-3-4-5");
            assertThat(results.subList(1, 3)).allMatch(result -> reason(result) == Reason.SOURCE_UNREACHABLE);
            assertThat(puller.files()).containsExactly("a.wsp");
        }
    }

    @Test
    void asksASourceOfVersion1MetricByMetric() throws IOException {
        byte[] content = whisper();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.createContext("/metrics/a.b", exchange -> {
            exchange.getResponseHeaders()
                    .add(
                            "X-Metric-Stat",
                            "{\"Name\":\"a.b\",\"Size\":" + content.length
                                    + ",\"Mode\":420,\"ModTime\":1448733042,\"Encoding\":0}");
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        server.start();
        keep(() -> server.stop(0));
        DaemonAddress go = new DaemonAddress("127.0.0.1", server.getAddress().getPort());
        RunningAgent puller =
                keep(RunningAgent.start(directory.resolve("puller"), config -> config.withAllowedSources(List.of(go))));
        List<PullResult> results = pullResults(puller.post("/v2/pull", pullOf(go.toString(), "no.such", "a.b")));
        assertThat(reason(results.get(0))).isEqualTo(Reason.NOT_FOUND);
        assertThat(results.get(1).outcome()).isEqualTo(Outcome.CREATED);
        assertThat(results.get(1).version()).isEmpty();
        assertThat(puller.content("a.b")).isEqualTo(content);
    }

    /** Answers as a daemon of version 1 whose clock is ahead, one request a connection. */
    private ServerSocket sourceOfVersion1(byte[] content, Duration ahead) throws IOException {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        keep(server);
        Thread.startVirtualThread(() -> {
            String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                    Instant.now().plus(ahead).atZone(ZoneOffset.UTC));
            try {
                while (true) {
                    answerOne(server, content, date);
                }
            } catch (IOException e) {
                // closed
            }
        });
        return server;
    }

    private static void answerOne(ServerSocket server, byte[] content, String date) throws IOException {
        try (Socket connection = server.accept()) {
            byte[] head = new byte[10_000];
            String line = new String(head, 0, connection.getInputStream().read(head), UTF_8);
            boolean isGet = line.startsWith("GET /metrics/");
            String answer = isGet
                    ? "HTTP/1.1 200 OK\r\nX-Metric-Stat: {\"Name\":\"a\",\"Size\":" + content.length
                            + ",\"Mode\":420,\"ModTime\":1448733042,\"Encoding\":0}\r\nContent-Length: "
                            + content.length
                    : "HTTP/1.1 404 Not Found\r\nContent-Length: 0";
            connection
                    .getOutputStream()
                    .write((answer + "\r\nDate: " + date + "\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
            connection.getOutputStream().write(isGet ? content : new byte[0]);
        }
    }

    @Test
    void fillsByTheClockOfASourceOfVersion1WhereThatIsLater() throws IOException {
        Duration ahead = Duration.ofMinutes(10);
        byte[] content = whisper();
        Path later = Files.write(directory.resolve("later.wsp"), content);
        long time = Instant.now().plus(ahead).getEpochSecond();
        try (WhisperFile file = WhisperFile.open(later, WhisperFile.Access.WRITE)) {
            file.update(new Point(time, 77), time);
        }
        ServerSocket server = sourceOfVersion1(Files.readAllBytes(later), ahead);
        DaemonAddress go = new DaemonAddress("127.0.0.1", server.getLocalPort());
        RunningAgent puller =
                keep(RunningAgent.start(directory.resolve("puller"), config -> config.withAllowedSources(List.of(go))));
        puller.put("offloaded", content);
        puller.put("pulled", content);

        Answer offloaded =
                puller.ask("POST", "/metrics/offloaded?fetch_offload=true&no_encoding=true&metric=a&server=" + go);
        List<PullResult> pulled = pullResults(puller.post("/v2/pull", pullOf(go.toString(), "pulled")));

        assertThat(offloaded.status()).as(offloaded.text()).isEqualTo(200);
        assertThat(offloaded.text()).contains("\"LeftBehind\":0");
        assertThat(pulled.getFirst().outcome()).isEqualTo(Outcome.FILLED);
        assertThat(pulled.getFirst().leftBehind()).isZero();
        for (String metric : List.of("offloaded", "pulled")) {
            try (WhisperFile file = WhisperFile.open(puller.file(metric), WhisperFile.Access.READ)) {
                assertThat(file.fetch(time - 60, time, time).orElseThrow().valueAt(0))
                        .as(metric)
                        .isEqualTo(77);
            }
        }
        assertThat(puller.ask("GET", "/metrics/pulled").headers()).containsKey("date");
    }

    @Test
    void endsAPullWhoseClientHasGone() throws Exception {
        byte[] content = whisper();
        String[] metrics = IntStream.range(0, 2_000).mapToObj(i -> "m" + i).toArray(String[]::new);
        for (String metric : metrics) {
            putOld(source, metric, content);
        }
        try (RawHttp connection = new RawHttp(agent.address())) {
            String message = pullOf(source, metrics);
            connection.send(
                    "POST /v2/pull HTTP/1.1\r\nHost: x\r\nContent-Length: " + message.length() + "\r\n\r\n" + message);
            while (agent.files().isEmpty()) {
                Thread.onSpinWait();
            }
        }
        assertThat(agent.agent().stop()).isTrue();
        assertThat(agent.files()).noneMatch(file -> file.contains(".bucky-"));
        for (String file : agent.files()) {
            assertThat(Files.readAllBytes(directory.resolve("store").resolve(file)))
                    .isEqualTo(content);
        }
    }

    @Test
    void endsAPullWithTheFileItIsAtWhenItStops() throws Exception {
        byte[] content = whisper();
        String[] metrics = IntStream.range(0, 2_000).mapToObj(i -> "m" + i).toArray(String[]::new);
        for (String metric : metrics) {
            putOld(source, metric, content);
        }
        CompletableFuture<List<PullResult>> pulled = CompletableFuture.supplyAsync(() -> {
            try {
                return pull(source, metrics);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        while (agent.files().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(agent.agent().stop()).isTrue();
        List<PullResult> results = pulled.get(20, TimeUnit.SECONDS);
        assertThat(results.stream().mapToInt(PullResult::count).sum()).isEqualTo(metrics.length);
        long created = results.stream()
                .filter(result -> result.outcome() == Outcome.CREATED)
                .count();
        assertThat(agent.files()).hasSize((int) created);
        assertThat(results.stream().filter(result -> result.outcome() == Outcome.FAILED))
                .allMatch(result -> reason(result) == Reason.BUSY);
    }

    @Test
    void isTheOnlyOneOfItsStore() {
        assertThatThrownBy(() -> RunningAgent.start(directory.resolve("store")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("store");
    }

    @Test
    void deletesWhatHasNotChangedSince() throws IOException {
        byte[] content = whisper();
        for (String metric : List.of("a.b", "changed")) {
            putOld(source, metric, content);
        }
        List<PullResult> pulled = pull(source, "a.b", "changed");
        source.put("changed", RunningAgent.whisper(directory, minute -> minute > 3));
        String first = pulled.get(0).version().orElseThrow();
        String second = pulled.get(1).version().orElseThrow();
        Answer answer = source.post(
                "/v2/delete",
                "{\"items\":[[\"a.b\",\"" + first + "\"],[\"changed\",\"" + second + "\"],[\"no.such\",\"" + first
                        + "\"],[\"changed\",\"rubbish\"]]}");
        assertThat(answer.status()).isEqualTo(200);
        DeleteResult[] results = new DeleteResult[4];
        lines(answer, DeleteResult::read).forEach(result -> results[result.index()] = result);
        assertThat(results[0].outcome()).isEqualTo(DeleteResult.Outcome.DELETED);
        assertThat(results[1].failure().orElseThrow().reason()).isEqualTo(Reason.CHANGED);
        assertThat(results[2].outcome()).isEqualTo(DeleteResult.Outcome.ABSENT);
        assertThat(results[3].failure().orElseThrow().reason()).isEqualTo(Reason.CHANGED);
        assertThat(source.files()).containsExactly("changed.wsp");
    }

    private static IntStream places(ItemResult<?> result) {
        return IntStream.range(result.index(), result.index() + result.count());
    }

    private static String removing(RunningAgent from, String... metrics) {
        return pullOf(from, metrics).replace("\"encoded\"", "\"remove\":true,\"encoded\"");
    }

    @Test
    void hasTheSourceDeleteWhatItHasPulledAndTellsOfManyInALine() throws IOException {
        byte[] content = whisper();
        String[] metrics = new String[50];
        for (int i = 0; i < metrics.length; i++) {
            metrics[i] = "a.b" + i / 10 + ".m" + i;
            putOld(source, metrics[i], content);
        }
        Answer answer = agent.post("/v2/pull", removing(source, metrics));
        assertThat(lines(answer, PullResult::read)).hasSizeLessThan(5).allSatisfy(result -> {
            assertThat(result.removed()).isTrue();
            assertThat(result.outcome()).isEqualTo(PullResult.Outcome.CREATED);
            assertThat(result.size()).isEqualTo(content.length);
        });
        assertThat(lines(answer, PullResult::read).stream()
                        .mapToInt(PullResult::count)
                        .sum())
                .isEqualTo(50);
        assertThat(source.files()).isEmpty();
        for (String metric : metrics) {
            assertThat(agent.content(metric)).isEqualTo(content);
        }
    }

    @Test
    void pullsAsManyAtOnceAsItIsAskedTo() throws IOException {
        byte[] content = whisper();
        String[] metrics = IntStream.range(0, 600).mapToObj(i -> "m" + i).toArray(String[]::new);
        for (String metric : metrics) {
            putOld(source, metric, content);
        }
        Files.write(source.file("m77"), new byte[100]);
        Answer answer =
                agent.post("/v2/pull", removing(source, metrics).replace("{\"source", "{\"atOnce\":4,\"source"));
        List<PullResult> results = lines(answer, PullResult::read);
        assertThat(results.stream().flatMapToInt(Version2Test::places).sorted())
                .containsExactlyElementsOf(IntStream.range(0, 600).boxed().toList());
        assertThat(results.stream().filter(result -> !result.removed()))
                .singleElement()
                .satisfies(result -> assertThat(result.index()).isEqualTo(77));
        assertThat(source.files()).containsExactly("m77.wsp");
        assertThat(agent.files()).hasSize(599);
        assertThat(agent.post("/v2/pull", pullOf(source, "m77").replace("{", "{\"atOnce\":17,"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void leavesAtTheSourceWhatIsNotWholeHereOrInUseThere() throws IOException {
        byte[] content = whisper();
        putOld(source, "plain", content);
        putOld(source, "open", content);
        source.put("ahead", content);
        Files.setLastModifiedTime(
                source.file("ahead"), FileTime.from(Instant.now().plusSeconds(60)));
        putOld(source, "broken", content);
        Files.write(source.file("broken"), new byte[100]);
        try (InputStream held = Files.newInputStream(source.file("open"))) {
            List<PullResult> pulled =
                    pullResults(agent.post("/v2/pull", removing(source, "plain", "open", "ahead", "broken")));
            assertThat(held.read()).isNotNegative();
            assertThat(pulled).extracting(PullResult::removed).containsExactly(true, false, false, false);
            assertThat(pulled.get(1).version())
                    .as("so that the client can have it deleted")
                    .isPresent();
            assertThat(pulled.get(2).version())
                    .as("a later write may leave that time, too")
                    .isEmpty();
            assertThat(pulled.get(3).outcome()).isEqualTo(PullResult.Outcome.FAILED);
        }
        assertThat(source.files()).containsExactlyInAnyOrder("open.wsp", "ahead.wsp", "broken.wsp");
        assertThat(agent.content("open")).isEqualTo(content);
    }

    @Test
    void deletesAtOnceOrNotAtAllIfToldSo() throws IOException {
        putOld(source, "open", whisper());
        putOld(source, "free", whisper());
        List<PullResult> pulled = pull(source, "open", "free");
        try (InputStream held = Files.newInputStream(source.file("open"))) {
            Answer answer = source.post(
                    "/v2/delete",
                    "{\"atOnce\":true,\"items\":[[\"open\",\""
                            + pulled.get(0).version().orElseThrow() + "\"],[\"free\",\""
                            + pulled.get(1).version().orElseThrow() + "\"]]}");
            assertThat(held.read()).isNotNegative();
            DeleteResult[] results = new DeleteResult[2];
            lines(answer, DeleteResult::read).forEach(result -> results[result.index()] = result);
            assertThat(results[0].failure().orElseThrow().reason()).isEqualTo(Reason.BUSY);
            assertThat(results[1].outcome()).isEqualTo(DeleteResult.Outcome.DELETED);
        }
        assertThat(source.files()).containsExactly("open.wsp");
    }

    @Test
    void deletesManyOfManyDirectories() throws IOException {
        byte[] content = whisper();
        List<String> metrics = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            // Runs of different lengths, one longer than what is worked on together.
            metrics.add(i < 40 ? "a.b.m" + i : i < 60 ? "a.c" + i + ".m" : "m" + i);
            putOld(source, metrics.getLast(), content);
        }
        StringBuilder items = new StringBuilder();
        for (PullResult pulled : pull(source, metrics.toArray(String[]::new))) {
            items.append(items.isEmpty() ? "" : ",")
                    .append("[\"")
                    .append(metrics.get(pulled.index()))
                    .append("\",\"")
                    .append(pulled.version().orElseThrow())
                    .append("\"]");
        }
        Answer answer = source.post("/v2/delete", "{\"items\":[" + items + "]}");
        List<DeleteResult> results = lines(answer, DeleteResult::read);
        assertThat(results).allMatch(result -> result.outcome() == DeleteResult.Outcome.DELETED);
        assertThat(results.stream().flatMapToInt(Version2Test::places))
                .hasSize(100)
                .doesNotHaveDuplicates();
        assertThat(source.files()).isEmpty();
    }

    @Test
    void stopsWithTheUploadsInFlight() throws Exception {
        byte[] content = whisper();
        try (RawHttp slow = new RawHttp(agent.address())) {
            slow.send("POST /metrics/a.b HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
                    + "X-Metric-Stat: {\"Name\":\"a.b\",\"Size\":" + content.length
                    + ",\"Mode\":420,\"ModTime\":0,\"Encoding\":0}\r\nContent-Length: " + content.length + "\r\n\r\n");
            slow.send(Arrays.copyOf(content, 100));
            while (agent.files().isEmpty()) {
                Thread.onSpinWait();
            }
            CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> {
                try {
                    return agent.agent().stop();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(stopped).isNotDone();
            slow.send(Arrays.copyOfRange(content, 100, content.length));
            assertThat(slow.read().status()).isEqualTo(200);
            assertThat(stopped.get(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(agent.content("a.b")).isEqualTo(content);
        assertThat(agent.files()).containsExactly("a/b.wsp");
    }

    private List<ModifyResult> modify(String change, boolean dryRun, String... metrics) throws IOException {
        Answer answer = agent.post(
                "/v2/modify",
                "{\"change\":" + change + ",\"dryRun\":" + dryRun + ",\"metrics\":["
                        + Arrays.stream(metrics)
                                .map(metric -> "\"" + metric + "\"")
                                .collect(Collectors.joining(","))
                        + "]}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        List<ModifyResult> results = new ArrayList<>(lines(answer, ModifyResult::read));
        results.sort(java.util.Comparator.comparingInt(ModifyResult::index));
        return results;
    }

    @Test
    void changesTheSchemaOfMetricsAndReportsEach() throws IOException {
        byte[] before = whisper();
        putOld(agent, "m.one", before);
        putOld(agent, "m.two", before);
        putOld(agent, "m.damaged", new byte[300]);

        List<ModifyResult> results =
                modify("{\"index\":0,\"retention\":\"60s:2h\"}", false, "m.one", "m.damaged", "m.none", "m.two");

        assertThat(results.stream().map(ModifyResult::outcome))
                .containsExactly(
                        ModifyResult.Outcome.CHANGED,
                        ModifyResult.Outcome.FAILED,
                        ModifyResult.Outcome.FAILED,
                        ModifyResult.Outcome.CHANGED);
        assertThat(results.getFirst().before()).isEqualTo("1m:1h,5m:1d average 0.5");
        assertThat(results.getFirst().after()).isEqualTo("1m:2h,5m:1d average 0.5");
        assertThat(results.getFirst().points().lost()).isZero();
        assertThat(results.get(1).failure().orElseThrow().reason()).isEqualTo(Reason.DESTINATION_CORRUPT);
        assertThat(results.get(2).failure().orElseThrow().reason()).isEqualTo(Reason.NOT_FOUND);
        for (String metric : List.of("m.one", "m.two")) {
            assertThat(agent.content(metric)).hasSize((int) results.getFirst().sizeAfter());
            assertThat(RunningAgent.points(agent.content(metric))).isEqualTo(RunningAgent.points(before));
        }
        assertThat(agent.files()).containsExactly("m/damaged.wsp", "m/one.wsp", "m/two.wsp");
    }

    @Test
    void changesNothingInADryRunNorWhereItCannot() throws IOException {
        byte[] before = whisper();
        putOld(agent, "m", before);

        assertThat(modify("{\"drop\":[\"5m:1d\"]}", true, "m").getFirst().outcome())
                .isEqualTo(ModifyResult.Outcome.CHANGED);
        assertThat(modify("{\"index\":7,\"retention\":\"60s:2h\"}", false, "m")
                        .getFirst()
                        .failure()
                        .orElseThrow()
                        .reason())
                .isEqualTo(Reason.IMPOSSIBLE);
        // Nothing is said about how to run it, so nothing is changed.
        String unsaid = "{\"change\":{\"xFilesFactor\":1},\"metrics\":[\"m\"]}";
        assertThat(agent.post("/v2/modify", unsaid).status()).isEqualTo(200);
        assertThat(agent.content("m")).isEqualTo(before);
    }

    @Test
    void refusesChangesThatAreNone() throws IOException {
        for (String change : List.of(
                "{\"index\":0}",
                "{\"index\":0,\"retention\":\"x\"}",
                "{\"aggregation\":\"median\"}",
                "{\"xFilesFactor\":2}",
                "{\"xFilesFactor\":\"1\"}",
                "{\"add\":[\"1m\"]}",
                "7")) {
            Answer answer = agent.post("/v2/modify", "{\"change\":" + change + ",\"metrics\":[\"m\"]}");
            assertThat(answer.status()).as(change).isEqualTo(400);
            assertThat(answer.text()).contains("\"retryable\":false");
        }
    }
}
