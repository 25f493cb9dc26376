package org.buckytools.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.buckytools.agent.http.RawHttp;
import org.buckytools.agent.http.RawHttp.Answer;
import org.buckytools.protocol.SnappyFraming;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Version 1 of the protocol, in the very bytes that a Go client sends. */
class Version1Test {
    /** What Go's client sends with every request. */
    private static final String GO = "User-Agent: Go-http-client/1.1\nAccept-Encoding: gzip\n";

    private static final String TIMINGS =
            "\\{\"Download\":\\d+,\"Dump\":\\d+,\"Fill\":\\d+,\"Compress\":\\d+,\"Copy\":\\d+(,\"LeftBehind\":0)?}";

    @TempDir
    private Path directory;

    private RunningAgent agent;

    @BeforeEach
    void start() throws IOException {
        agent = RunningAgent.start(directory.resolve("store"));
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    private byte[] whisper() throws IOException {
        return RunningAgent.whisper(directory, minute -> true);
    }

    private Answer upload(String method, String path, byte[] body, String... headers) throws IOException {
        return agent.exchange(
                method + " " + path + " HTTP/1.1\n" + GO + "Content-Length: " + body.length + "\n"
                        + String.join("\n", headers) + (headers.length > 0 ? "\n" : ""),
                body);
    }

    private Answer fill(String metric, byte[] content) throws IOException {
        return upload("POST", "/metrics/" + metric, content, octets(), stat(metric, content.length, 0));
    }

    private static String octets() {
        return "Content-Type: application/octet-stream";
    }

    private static String stat(String name, long size, int encoding) {
        return "X-Metric-Stat: {\"Name\":\"" + name + "\",\"Size\":" + size
                + ",\"Mode\":416,\"ModTime\":1448733042,\"Encoding\":" + encoding + "}";
    }

    private static byte[] snappy(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream encoder = SnappyFraming.encode(bytes)) {
            encoder.write(plain);
        }
        return bytes.toByteArray();
    }

    @Test
    void tellsTheRing() throws IOException {
        Answer answer = agent.exchange("GET /hashring HTTP/1.1\n" + GO);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", "application/json");
        assertThat(answer.text())
                .startsWith(
                        "{\"Name\":\"127.0.0.1\",\"Nodes\":[{\"Server\":\"127.0.0.1\",\"Port\":2003,\"Instance\":\"a\"},"
                                + "{\"Server\":\"graphite2\",\"Port\":2003,\"Instance\":\"b\"}],\"Algo\":\"carbon\",\"Replicas\":1,"
                                + "\"Ring\":\"carbon\",");
    }

    @Test
    void createsAnExactCopyAndTellsItsStat() throws IOException {
        byte[] content = whisper();
        Answer created = fill("a.b.c", content);
        assertThat(created.status()).isEqualTo(200);
        assertThat(created.headers()).containsEntry("content-type", "application/json");
        assertThat(created.text()).matches(TIMINGS);
        assertThat(agent.content("a.b.c")).isEqualTo(content);
        assertThat(Files.getPosixFilePermissions(agent.file("a.b.c")))
                .hasToString("[OWNER_READ, OWNER_WRITE, GROUP_READ]");

        Answer stat = agent.exchange("HEAD /metrics/a.b.c HTTP/1.1\n" + GO);
        assertThat(stat.status()).isEqualTo(200);
        assertThat(stat.headers().get("x-metric-stat"))
                .matches("\\{\"Name\":\"a\\.b\\.c\",\"Size\":" + content.length
                        + ",\"Mode\":416,\"ModTime\":\\d+,\"Encoding\":0}");
    }

    @Test
    void saysNullOfAMetricThatIsNotThere() throws IOException {
        Answer head = agent.ask("HEAD", "/metrics/no.such");
        assertThat(head.status()).isEqualTo(404);
        assertThat(head.headers()).containsEntry("x-metric-stat", "null");
        assertThat(agent.ask("GET", "/metrics/no.such").status()).isEqualTo(404);
        assertThat(agent.ask("DELETE", "/metrics/no.such").status()).isEqualTo(404);
    }

    @Test
    void takesNamesAsAGoClientSpellsThem() throws IOException {
        byte[] content = whisper();
        assertThat(fill("a;b=c%20d%25x+%C3%A9%3F%23", content).status()).isEqualTo(200);
        assertThat(agent.files()).containsExactly("a;b=c d%x+é?#.wsp");
        Answer head = agent.ask("HEAD", "/metrics/a;b=c%20d%25x+%C3%A9%3F%23");
        assertThat(head.headers().get("x-metric-stat")).startsWith("{\"Name\":\"a;b=c d%x+\\u00E9?#\",");
        assertThat(agent.ask("GET", "/metrics/%61%3Bb%3Dc%20d%25x%2b%c3%a9%3F%23")
                        .body())
                .isEqualTo(content);
    }

    @Test
    void refusesNamesThatAreNoNames() throws IOException {
        byte[] content = whisper();
        for (String name : List.of(
                "",
                "..",
                ".a",
                "a.",
                "a..b",
                "%2e%2e%2fx",
                "../x",
                "a/b",
                "a%2Fb",
                "/etc/passwd",
                "%2Fetc",
                "a%00b",
                "%ff",
                "%",
                "%zz",
                "x".repeat(252),
                ".bucky-0123456789abcdef")) {
            for (String method : List.of("GET", "HEAD", "DELETE")) {
                assertThat(agent.ask(method, "/metrics/" + name).status())
                        .as(method + " " + name)
                        .isEqualTo(400);
            }
            assertThat(upload("POST", "/metrics/" + name, content, octets(), stat("x", content.length, 0))
                            .status())
                    .as(name)
                    .isEqualTo(400);
        }
        assertThat(agent.files()).isEmpty();
        assertThat(directory.resolve("x.wsp")).doesNotExist();
    }

    @Test
    void sendsAFilePlainOrInSnappyFraming() throws IOException {
        byte[] content = whisper();
        agent.put("a.b", content);
        agent.age("a.b");
        Answer plain = agent.exchange("GET /metrics/a.b HTTP/1.1\n" + GO);
        assertThat(plain.status()).isEqualTo(200);
        assertThat(plain.body()).isEqualTo(content);
        assertThat(plain.headers())
                .containsEntry("content-length", Integer.toString(content.length))
                .containsEntry("accept-ranges", "bytes")
                .containsKey("x-metric-version")
                .doesNotContainKey("content-encoding");
        assertThat(plain.headers().get("x-metric-stat")).contains("\"Encoding\":0");

        Answer encoded = agent.exchange("GET /metrics/a.b HTTP/1.1\nAccept-Encoding: snappy\n");
        assertThat(encoded.headers()).containsEntry("content-encoding", "snappy");
        assertThat(encoded.headers().get("x-metric-stat"))
                .contains("\"Size\":" + content.length + ",")
                .contains("\"Encoding\":1");
        assertThat(encoded.body()).startsWith(0xff, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y');
        assertThat(SnappyFraming.decode(new ByteArrayInputStream(encoded.body()), content.length)
                        .readAllBytes())
                .isEqualTo(content);

        for (String other : List.of("snappy, gzip", "Snappy", "gzip, snappy", "*")) {
            assertThat(agent.exchange("GET /metrics/a.b HTTP/1.1\nAccept-Encoding: " + other + "\n")
                            .body())
                    .as(other)
                    .isEqualTo(content);
        }
    }

    @Test
    void sendsPartsOfThePlainFile() throws IOException {
        byte[] content = whisper();
        agent.put("a.b", content);
        Answer part = agent.exchange("GET /metrics/a.b HTTP/1.1\nRange: bytes=10-19\n");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(content, 10, 20));
        assertThat(part.headers()).containsEntry("content-range", "bytes 10-19/" + content.length);

        Answer tail = agent.exchange("GET /metrics/a.b HTTP/1.1\nRange: bytes=-5\n");
        assertThat(tail.body()).isEqualTo(Arrays.copyOfRange(content, content.length - 5, content.length));

        Answer behind = agent.exchange("GET /metrics/a.b HTTP/1.1\nRange: bytes=" + content.length + "-\n");
        assertThat(behind.status()).isEqualTo(416);
        assertThat(behind.headers()).containsEntry("content-range", "bytes */" + content.length);

        Answer several = agent.exchange("GET /metrics/a.b HTTP/1.1\nRange: bytes=0-1,5-6\n");
        assertThat(several.status()).isEqualTo(200);
        assertThat(several.body()).isEqualTo(content);

        Answer other = agent.exchange(
                "GET /metrics/a.b HTTP/1.1\nRange: bytes=0-1\nIf-Range: Sat, 01 Jan 2000 00:00:00 GMT\n");
        assertThat(other.status()).isEqualTo(200);
    }

    @Test
    void takesUploadsInSnappyFraming() throws IOException {
        byte[] content = whisper();
        for (String method : List.of("POST", "PUT")) {
            String metric = method.toLowerCase(Locale.ROOT) + ".b";
            Answer answer = upload(
                    method,
                    "/metrics/" + metric,
                    snappy(content),
                    octets(),
                    "Content-Encoding: snappy",
                    stat(metric, content.length, 1));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(agent.content(metric)).isEqualTo(content);
        }
    }

    @Test
    void fillsWhatIsMissingAndKeepsWhatIsThere() throws IOException {
        byte[] old = RunningAgent.whisper(directory, minute -> minute % 2 == 0);
        agent.put("a.b", old);
        long inode = (long) Files.getAttribute(agent.file("a.b"), "unix:ino");
        assertThat(fill("a.b", RunningAgent.whisper(directory, minute -> minute % 3 == 0))
                        .text())
                .matches(TIMINGS);
        assertThat(RunningAgent.points(agent.content("a.b"))).isEqualTo(33);
        assertThat(Files.getAttribute(agent.file("a.b"), "unix:ino")).isEqualTo(inode);
    }

    @Test
    void replacesInPlace() throws IOException {
        agent.put("a.b", RunningAgent.whisper(directory, minute -> minute % 2 == 0));
        long inode = (long) Files.getAttribute(agent.file("a.b"), "unix:ino");
        byte[] content = RunningAgent.whisper(directory, minute -> minute > 40);
        Answer answer = upload("PUT", "/metrics/a.b", content, octets(), stat("a.b", content.length, 0));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).matches(TIMINGS);
        assertThat(agent.content("a.b")).isEqualTo(content);
        assertThat(Files.getAttribute(agent.file("a.b"), "unix:ino")).isEqualTo(inode);
    }

    @Test
    void removesAMetricAndTheDirectoriesThatThisLeavesEmpty() throws IOException {
        agent.put("a.b.c.d", whisper());
        agent.put("a.x", whisper());
        assertThat(agent.ask("DELETE", "/metrics/a.b.c.d").status()).isEqualTo(200);
        assertThat(agent.files()).containsExactly("a/x.wsp");
        assertThat(agent.file("a.b").resolveSibling("b")).doesNotExist();
        assertThat(agent.ask("DELETE", "/metrics/a.x").status()).isEqualTo(200);
        assertThat(directory.resolve("store")).isEmptyDirectory();
    }

    @Test
    void refusesUploadsThatAreNotWhatTheySay() throws IOException {
        byte[] content = whisper();
        byte[] longer = Arrays.copyOf(content, content.length + 1);
        byte[] shorter = Arrays.copyOf(content, content.length - 1);
        byte[] encoded = snappy(content);
        String size = stat("a.b", content.length, 0);
        for (String method : List.of("POST", "PUT")) {
            assertRefused(
                    upload(method, "/metrics/a.b", content, size), "Content-Type must be application/octet-stream.");
            assertRefused(
                    upload(method, "/metrics/a.b", content, "Content-Type: text/plain", size),
                    "Content-Type must be application/octet-stream.");
            assertRefused(upload(method, "/metrics/a.b", content, octets()), "the header X-Metric-Stat is missing");
            assertRefused(upload(method, "/metrics/a.b", content, octets(), "X-Metric-Stat: {"), "X-Metric-Stat");
            assertRefused(upload(method, "/metrics/a.b", content, octets(), "X-Metric-Stat: {}"), "Size");
            assertRefused(upload(method, "/metrics/a.b", longer, octets(), size), Integer.toString(longer.length));
            assertRefused(upload(method, "/metrics/a.b", shorter, octets(), size), Integer.toString(shorter.length));
            assertRefused(upload(method, "/metrics/a.b", new byte[28], octets(), stat("a.b", 28, 0)), "28");
            assertRefused(upload(method, "/metrics/a.b", new byte[0], octets(), stat("a.b", 0, 0)), "0");
            assertRefused(
                    upload(method, "/metrics/a.b", new byte[1000], octets(), stat("a.b", 1000, 0)), "upload of a.b");
            assertRefused(
                    upload(method, "/metrics/a.b", content, octets(), "Content-Encoding: gzip", size),
                    "Content-Encoding gzip");
            assertRefused(
                    upload(method, "/metrics/a.b", content, octets(), "Content-Encoding: snappy", size), "snappy");
            assertRefused(
                    upload(
                            method,
                            "/metrics/a.b",
                            Arrays.copyOf(encoded, encoded.length - 5),
                            octets(),
                            "Content-Encoding: snappy",
                            size),
                    "");
            assertRefused(
                    upload(
                            method,
                            "/metrics/a.b",
                            encoded,
                            octets(),
                            "Content-Encoding: snappy",
                            stat("a.b", content.length - 1, 1)),
                    "more");
            assertRefused(
                    upload(
                            method,
                            "/metrics/a.b",
                            encoded,
                            octets(),
                            "Content-Encoding: snappy",
                            stat("a.b", content.length + 1, 1)),
                    "");
            assertRefused(upload(method, "/metrics/a.b", content, octets(), stat("a.b", Long.MAX_VALUE, 0)), "");
        }
        assertThat(agent.files()).isEmpty();
    }

    private static void assertRefused(Answer answer, String text) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.text()).contains(text).endsWith("\n");
    }

    @Test
    void neverLetsASmallSnappyBodyBecomeALargeFile() throws IOException {
        byte[] bomb = snappy(new byte[64 << 20]);
        assertThat(bomb.length).isLessThan(4 << 20);
        Answer answer =
                upload("POST", "/metrics/a.b", bomb, octets(), "Content-Encoding: snappy", stat("a.b", 1000, 1));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(agent.files()).isEmpty();
    }

    @Test
    void keepsNothingOfAnUploadThatBreaksOff() throws Exception {
        byte[] content = whisper();
        agent.put("there", content);
        for (String metric : List.of("a.b", "there")) {
            try (RawHttp connection = new RawHttp(agent.address())) {
                connection.send("POST /metrics/" + metric + " HTTP/1.1\r\nHost: x\r\n" + octets() + "\r\n"
                        + stat(metric, content.length, 0) + "\r\nContent-Length: " + content.length + "\r\n\r\n");
                connection.send(Arrays.copyOf(content, content.length / 2));
            }
        }
        assertThat(agent.agent().stop()).isTrue();
        assertThat(agent.files()).containsExactly("there.wsp");
        assertThat(agent.content("there")).isEqualTo(content);
    }

    @Test
    void refusesMethodsThatDoNotGoWithAPath() throws IOException {
        for (String request : List.of(
                "POST /hashring",
                "DELETE /metrics",
                "PUT /metrics",
                "PATCH /metrics/a.b",
                "OPTIONS /metrics/a.b",
                "GET /v2/pull",
                "POST /v2/status")) {
            Answer answer = agent.exchange(request + " HTTP/1.1\n");
            assertThat(answer.status()).as(request).isEqualTo(400);
            assertThat(answer.text()).as(request).contains("does not go with this path; possible are ");
        }
        for (String path :
                List.of("/", "/hashring/", "/metricsx", "/v2", "/v2/nonsense", "/v3/status", "/favicon.ico")) {
            assertThat(agent.ask("GET", path).status()).as(path).isEqualTo(404);
        }
    }

    @Test
    void listsWhatThereIs() throws IOException {
        assertThat(agent.awaitInventory().ask("GET", "/metrics").text()).isEqualTo("[]");
        for (String metric : List.of("a.b", "a.c", "x.y")) {
            assertThat(fill(metric, whisper()).status()).isEqualTo(200);
        }
        Answer all = agent.exchange("GET /metrics HTTP/1.1\n" + GO);
        assertThat(all.status()).isEqualTo(200);
        assertThat(all.headers()).containsEntry("content-type", "application/json");
        assertThat(all.text()).isEqualTo("[\"a.b\",\"a.c\",\"x.y\"]");
        assertThat(agent.ask("GET", "/metrics?regex=%5Ea%5C.").text()).isEqualTo("[\"a.b\",\"a.c\"]");
        assertThat(form("regex=y%24").text()).isEqualTo("[\"x.y\"]");
        assertThat(form("list=%5B%22x.y%22%2C%22a.b%22%2C%22a%2Fb%22%2C%22no.such%22%5D")
                        .text())
                .isEqualTo("[\"a.b\",\"x.y\"]");
        assertThat(form("regex=a&list=" + URLEncoder.encode("[\"x.y\",\"a.b\"]", UTF_8))
                        .text())
                .isEqualTo("[\"a.b\"]");
        assertThat(form("list=%5B%5D").text()).isEqualTo("[]");
        assertThat(agent.ask("DELETE", "/metrics/a.c").status()).isEqualTo(200);
        assertThat(agent.ask("GET", "/metrics").text()).isEqualTo("[\"a.b\",\"x.y\"]");
    }

    private Answer form(String form) throws IOException {
        return agent.exchange(
                "POST /metrics HTTP/1.1\n" + GO + "Content-Type: application/x-www-form-urlencoded\nContent-Length: "
                        + form.length() + "\n",
                form.getBytes(UTF_8));
    }

    @Test
    void rescansWhenForcedTo() throws IOException {
        agent.awaitInventory();
        agent.put("behind.its.back", whisper());
        assertThat(agent.ask("GET", "/metrics").text()).isEqualTo("[]");
        Answer answer = agent.ask("GET", "/metrics?force=true");
        while (answer.status() == 202) {
            // A Go client repeats the whole request.
            answer = agent.ask("GET", "/metrics?force=true");
        }
        assertThat(answer.text()).isEqualTo("[\"behind.its.back\"]");
    }

    @Test
    void refusesListsAndExpressionsThatAreNone() throws IOException {
        agent.awaitInventory();
        assertThat(agent.ask("GET", "/metrics?regex=%28").status()).isEqualTo(400);
        assertThat(agent.ask("GET", "/metrics?list=%5B1%5D").status()).isEqualTo(400);
        assertThat(agent.ask("GET", "/metrics?list=%5B%22a").status()).isEqualTo(400);
        assertThat(agent.ask("GET", "/metrics?regex=%zz").status()).isEqualTo(400);
    }

    @Test
    void takesLongListsWithoutHoldingThemInMemory() throws IOException {
        agent.awaitInventory();
        fill("metric.number.7", whisper());
        String list = IntStream.range(0, 400_000)
                .mapToObj(i -> "\"metric.number." + i + "\"")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(form("list=" + URLEncoder.encode(list, UTF_8)).text()).isEqualTo("[\"metric.number.7\"]");
    }
}
