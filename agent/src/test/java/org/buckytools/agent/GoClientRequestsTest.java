package org.buckytools.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.buckytools.agent.auth.TokenSecret;
import org.buckytools.agent.auth.Tokens;
import org.buckytools.agent.http.RawHttp;
import org.buckytools.agent.http.RawHttp.Answer;
import org.buckytools.protocol.SnappyFraming;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The requests of both Go clients, byte for byte as they were recorded: their headers and the order of these, their form bodies and how
 * these are sent, one after the other on one connection. Where nothing is said of one of the two, both send the same.
 */
class GoClientRequestsTest {
    private static final String GZIP = "Accept-Encoding: gzip\r\n";
    private static final String SNAPPY = "Accept-Encoding: snappy\r\n";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
    private static final String METRIC = "bench.h000.svc00.m000000";

    @TempDir
    private Path directory;

    private RunningAgent agent;
    private RawHttp connection;
    private byte[] content;

    @BeforeEach
    void start() throws IOException {
        content = RunningAgent.whisper(directory, minute -> minute % 3 != 0);
        // There before the daemon, so that its first list has them.
        for (String file : new String[] {"h000/svc00/m000000.wsp", "h001/svc01/m000001.wsp"}) {
            Path path = directory.resolve("store/bench").resolve(file);
            Files.createDirectories(path.getParent());
            Files.write(path, content);
        }
        agent = RunningAgent.start(directory.resolve("store"));
        agent.age(METRIC);
        connection = new RawHttp(agent.address());
    }

    @AfterEach
    void stop() throws IOException {
        connection.close();
        agent.close();
    }

    /** Every request of a Go client begins like this. */
    private Answer send(String line, String headers, byte[] body) throws IOException {
        connection.send(line + " HTTP/1.1\r\nHost: " + agent.daemon() + "\r\nUser-Agent: Go-http-client/1.1\r\n"
                + headers + "\r\n");
        connection.send(body);
        return connection.read(line.startsWith("HEAD "));
    }

    private Answer send(String line, String headers) throws IOException {
        return send(line, headers, new byte[0]);
    }

    private Answer upload(String metric, byte[] body, String encoding, String stat) throws IOException {
        return send(
                "POST /metrics/" + metric,
                "Content-Length: " + body.length + "\r\n" + encoding
                        + "Content-Type: application/octet-stream\r\nX-Metric-Stat: " + stat + "\r\n" + GZIP,
                body);
    }

    private String stat(String metric, int encoding) {
        return "{\"Name\":\"" + metric + "\",\"Size\":" + content.length
                + ",\"Mode\":420,\"ModTime\":1448733042,\"Encoding\":" + encoding + "}";
    }

    private static byte[] snappy(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream encoder = SnappyFraming.encode(bytes)) {
            encoder.write(plain);
        }
        return bytes.toByteArray();
    }

    private static void assertNotFound(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(404);
        assertThat(answer.headers().get("content-type")).startsWith("text/plain");
        assertThat(answer.text()).endsWith("\n");
    }

    /** As Go writes a chunked body: one chunk for what was written at once. */
    private static byte[] chunk(String form) {
        return (Integer.toHexString(form.length()) + "\r\n" + form + "\r\n0\r\n\r\n").getBytes(UTF_8);
    }

    private Answer list(String line, String headers, byte[] body) throws IOException {
        Answer answer = send(line, headers, body);
        while (answer.status() == 202) {
            assertThat(answer.headers().get("content-type")).startsWith("text/plain");
            // After a pause, the whole request once more.
            answer = send(line, headers, body);
        }
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("content-type", "application/json")
                .doesNotContainKey("content-encoding");
        return answer;
    }

    @Test
    void listing() throws IOException {
        byte[] none = {};
        Answer ring = send("GET /hashring", GZIP);
        assertThat(ring.status()).isEqualTo(200);
        assertThat(ring.headers())
                .containsEntry("content-type", "application/json")
                .doesNotContainKey("content-encoding");
        assertThat(ring.text())
                .startsWith(
                        "{\"Name\":\"127.0.0.1\",\"Nodes\":[{\"Server\":\"127.0.0.1\",\"Port\":2003,\"Instance\":\"a\"},");

        assertThat(list("GET /metrics", GZIP, none).text())
                .isEqualTo("[\"bench.h000.svc00.m000000\",\"bench.h001.svc01.m000001\"]");
        assertThat(list("GET /metrics?regex=h00%5B12%5D%5C.", GZIP, none).text())
                .isEqualTo("[\"bench.h001.svc01.m000001\"]");
        String form = "list=%5B%22bench.h000.svc00.m000000%22%2C%22bench.h002.svc02.m000002%22%2C%22no.such%22%5D";
        assertThat(list("POST /metrics", "Transfer-Encoding: chunked\r\n" + FORM + GZIP, chunk(form))
                        .text())
                .isEqualTo("[\"bench.h000.svc00.m000000\"]");
        agent.put("bench.new", content);
        assertThat(list("GET /metrics?force=true", GZIP, none).text()).contains("\"bench.new\"");
        assertThat(list("GET /metrics?regex=nothing", GZIP, none).text()).isEqualTo("[]");
    }

    @Test
    void statAndDownload() throws IOException {
        Answer head = send("HEAD /metrics/" + METRIC, "");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.headers().get("x-metric-stat"))
                .matches("\\{\"Name\":\"bench\\.h000\\.svc00\\.m000000\",\"Size\":" + content.length
                        + ",\"Mode\":420,\"ModTime\":\\d+,\"Encoding\":0}");
        Answer missing = send("HEAD /metrics/no.such", "");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.headers()).containsEntry("x-metric-stat", "null");

        Answer encoded = send("GET /metrics/" + METRIC, SNAPPY);
        assertThat(encoded.status()).isEqualTo(200);
        assertThat(encoded.headers())
                .containsEntry("content-encoding", "snappy")
                .containsEntry("content-type", "application/octet-stream");
        assertThat(encoded.headers().get("x-metric-stat")).endsWith("\"Encoding\":1}");
        assertThat(SnappyFraming.decode(new ByteArrayInputStream(encoded.body()), content.length)
                        .readAllBytes())
                .isEqualTo(content);

        // With -no-encoding; what Go's library would decode by itself must not be sent.
        Answer plain = send("GET /metrics/" + METRIC, GZIP);
        assertThat(plain.status()).isEqualTo(200);
        assertThat(plain.headers())
                .containsEntry("content-length", Integer.toString(content.length))
                .doesNotContainKey("content-encoding");
        assertThat(plain.headers().get("x-metric-stat")).endsWith("\"Encoding\":0}");
        assertThat(plain.body()).isEqualTo(content);
        assertNotFound(send("GET /metrics/no.such", SNAPPY));
    }

    @Test
    void upload() throws IOException {
        String timings =
                "\\{\"Download\":\\d+,\"Dump\":\\d+,\"Fill\":\\d+,\"Compress\":\\d+,\"Copy\":\\d+(,\"LeftBehind\":0)?}";
        Answer created = upload("renamed.one", snappy(content), "Content-Encoding: snappy\r\n", stat("renamed.one", 1));
        assertThat(created.status()).as(created.text()).isEqualTo(200);
        assertThat(created.headers()).containsEntry("content-type", "application/json");
        assertThat(created.text().strip()).matches(timings);
        assertThat(agent.content("renamed.one")).isEqualTo(content);

        Answer filled = upload("renamed.one", content, "", stat("renamed.one", 0));
        assertThat(filled.status()).isEqualTo(200);
        assertThat(filled.text().strip()).matches(timings);
        assertThat(agent.content("renamed.one")).isEqualTo(content);

        // Go writes its header with raw UTF-8 and some characters of HTML escaped; the name in the path counts.
        connection.send(
                "POST /metrics/a%3Cb%3E&%C3%A9 HTTP/1.1\r\nHost: x\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: "
                        + content.length + "\r\nContent-Type: application/octet-stream\r\nX-Metric-Stat: ");
        connection.send(stat("a\\u003cb\\u003e\\u0026é", 0).getBytes(UTF_8));
        connection.send("\r\n" + GZIP + "\r\n");
        connection.send(content);
        assertThat(connection.read().status()).isEqualTo(200);
        assertThat(agent.content("a<b>&é")).isEqualTo(content);
    }

    @Test
    void deletion() throws IOException {
        Answer deleted = send("DELETE /metrics/" + METRIC, GZIP);
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.headers()).containsEntry("content-length", "0");
        assertThat(agent.has(METRIC)).isFalse();
        assertNotFound(send("DELETE /metrics/" + METRIC, GZIP));
    }

    @Test
    void offloadOfTheFork() throws IOException {
        try (RunningAgent source = RunningAgent.start(directory.resolve("source"))) {
            source.put("old.name", content);
            agent.close();
            agent = RunningAgent.start(directory.resolve("store"), source);
            connection.close();
            connection = new RawHttp(agent.address());
            String server = "&server=" + source.daemon().toString().replace(":", "%3A");

            for (String noEncoding : new String[] {"false", "true"}) {
                Answer fetched = offload("new." + noEncoding, "metric=old.name&no_encoding=" + noEncoding + server);
                assertThat(fetched.status()).as(fetched.text()).isEqualTo(200);
                assertThat(fetched.headers()).containsEntry("content-type", "application/json");
                assertThat(fetched.text()).startsWith("{\"Download\":");
                assertThat(agent.content("new." + noEncoding)).isEqualTo(content);
            }
            Answer missing = offload("new.x", "metric=no.such&no_encoding=false" + server);
            assertThat(missing.status()).isEqualTo(404);
            assertThat(missing.text()).startsWith("Error fetching metric: ");
            Answer unreachable = offload("new.x", "metric=old.name&no_encoding=false&server=127.0.0.1%3A1");
            assertThat(unreachable.status()).isEqualTo(403);
            assertThat(unreachable.text()).contains("--allow-source");
            assertThat(agent.has("new.x")).isFalse();
        }
    }

    private Answer offload(String metric, String form) throws IOException {
        return send(
                "POST /metrics/" + metric + "?fetch_offload=true",
                "Content-Length: " + form.length() + "\r\n" + FORM + GZIP,
                form.getBytes(UTF_8));
    }

    @Test
    void tokensOfTheFork() throws IOException {
        agent.close();
        agent = RunningAgent.start(
                directory.resolve("store"), config -> config.withSecret(TokenSecret.of(Tokens.SECRET)));
        connection.close();
        connection = new RawHttp(agent.address());
        // As its client makes them: a space behind each colon and comma.
        String all = "X-Buckyd-Authorization: " + Tokens.token("{\"namespaces\": [\"*\"], \"ops\": [\"*\"]}") + "\r\n";

        assertThat(send("GET /hashring", all + GZIP).status()).isEqualTo(200);
        assertThat(list("GET /metrics", all + GZIP, new byte[0]).text()).contains(METRIC);
        // The daemon itself, fetching for another one, has these two the other way round.
        Answer fetched = send("GET /metrics/" + METRIC, SNAPPY + all);
        assertThat(fetched.status()).isEqualTo(200);
        assertThat(fetched.headers()).containsEntry("content-encoding", "snappy");
        assertThat(send("GET /metrics/" + METRIC, GZIP).status()).isEqualTo(403);
        assertThat(send("DELETE /metrics/" + METRIC, GZIP).status()).isEqualTo(403);
        assertThat(agent.has(METRIC)).isTrue();
        assertThat(send("DELETE /metrics/" + METRIC, all + GZIP).status()).isEqualTo(200);
    }
}
