package org.buckytools.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.buckytools.agent.auth.TokenSecret;
import org.buckytools.agent.auth.Tokens;
import org.buckytools.agent.http.RawHttp.Answer;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.Encoding;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.client.ClientOptions;
import org.buckytools.protocol.client.HttpAgentClients;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Daemons with {@code --auth-jwt-secret-file}: what each call needs, and where tokens go. */
class AccessTest {
    @TempDir
    private Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private RunningAgent source;
    private RunningAgent agent;

    @BeforeEach
    void start() throws IOException {
        source = keep(RunningAgent.start(directory.resolve("source"), AccessTest::guarded));
        agent = keep(RunningAgent.start(
                directory.resolve("store"), config -> guarded(config).withAllowedSources(List.of(source.daemon()))));
    }

    private static AgentConfig guarded(AgentConfig config) {
        return config.withSecret(TokenSecret.of(Tokens.SECRET));
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

    private static String token(String namespace, String... operations) {
        return Tokens.token(
                "{\"namespaces\":[\"" + namespace + "\"],\"ops\":[\"" + String.join("\",\"", operations) + "\"]}");
    }

    /** A call with everything that it needs but a token. */
    private record Call(String method, String target, String operation, String body) {
        Answer send(RunningAgent to, String token, byte[] content) throws IOException {
            boolean upload = body.equals("upload");
            byte[] bytes = upload ? content : body.getBytes(UTF_8);
            return to.exchange(
                    method + " " + target + " HTTP/1.1\n"
                            + (token.isEmpty() ? "" : "X-Buckyd-Authorization: " + token + "\n")
                            + (upload
                                    ? "Content-Type: application/octet-stream\nX-Metric-Stat: {\"Size\":"
                                            + content.length + "}\n"
                                    : "")
                            + (bytes.length > 0 ? "Content-Length: " + bytes.length + "\n" : ""),
                    bytes);
        }
    }

    private List<Call> callsOnAMetric() {
        return List.of(
                new Call("HEAD", "/metrics/sys.a", "read", ""),
                new Call("GET", "/metrics/sys.a", "read", ""),
                new Call("POST", "/metrics/sys.a", "update", "upload"),
                new Call(
                        "POST",
                        "/metrics/sys.a?fetch_offload=true&metric=sys.a&server=" + source.daemon(),
                        "update",
                        ""),
                new Call("PUT", "/metrics/sys.a", "replace", "upload"),
                new Call("DELETE", "/metrics/sys.a", "delete", ""));
    }

    private static List<Call> callsOnAll() {
        return List.of(
                new Call("GET", "/metrics", "read", ""),
                new Call("POST", "/metrics", "read", ""),
                new Call("GET", "/v2/status", "read", ""),
                new Call("POST", "/v2/misplaced", "read", ""),
                new Call("POST", "/v2/usage", "read", ""));
    }

    private static List<Call> callsOnMany() {
        return List.of(
                new Call("POST", "/v2/stat", "read", "{\"metrics\":[\"sys.a\"]}"),
                new Call("POST", "/v2/fetch", "read", "{\"metrics\":[\"sys.a\"]}"),
                new Call(
                        "POST", "/v2/pull", "update", "{\"source\":\"127.0.0.1:1\",\"items\":[[\"sys.a\",\"sys.a\"]]}"),
                new Call("POST", "/v2/store", "update", ""),
                new Call("POST", "/v2/delete", "delete", "{\"items\":[[\"sys.a\",\"x\"]]}"));
    }

    @Test
    void everyCallButTheRingNeedsAToken() throws IOException {
        byte[] content = RunningAgent.whisper(directory, minute -> true);
        agent.put("sys.a", content);
        List<Call> all = new ArrayList<>(callsOnAMetric());
        all.addAll(callsOnAll());
        all.addAll(callsOnMany());
        String expired = Tokens.token("{\"namespaces\":[\"*\"],\"ops\":[\"*\"],\"exp\":1}");
        for (Call call : all) {
            for (String useless : List.of("", "nonsense", expired)) {
                Answer answer = call.send(agent, useless, content);
                assertThat(answer.status()).as(call + " with " + useless).isEqualTo(403);
            }
        }
        assertThat(agent.content("sys.a")).isEqualTo(content);
        assertThat(agent.ask("GET", "/hashring").status()).isEqualTo(200);
        assertThat(agent.ask("GET", "/metrics").text()).startsWith("this daemon wants a token");
        assertThat(agent.ask("GET", "/v2/status").text())
                .startsWith("{\"error\":\"this daemon wants a token")
                .endsWith("\"retryable\":false}");
    }

    /** The client is still sending when it is refused, and must hear why all the same. */
    @Test
    void saysWhyALargeUploadIsRefused() throws IOException {
        ClientOptions options = ClientOptions.DEFAULT.withToken(Optional.of(token("app.*", "*")));
        byte[] piece = new byte[1 << 20];
        try (HttpAgentClients clients = new HttpAgentClients(options, InstantSource.system());
                AgentClient client = clients.connect(agent.daemon())) {
            MetricStat stat = new MetricStat(new MetricName("sys.a"), 64L << 20, 0644, 0, Encoding.IDENTITY);
            assertThatThrownBy(() -> client.fill(stat.name(), stat, sink -> {
                        for (int i = 0; i < 64; i++) {
                            sink.write(piece);
                        }
                    }))
                    .isInstanceOf(AgentRefusedException.class)
                    .hasMessageContaining("with 403: this token does not allow to update sys.a");
        }
    }

    @Test
    void aTokenAllowsItsOperationsOnItsMetricsAlone() throws IOException {
        byte[] content = RunningAgent.whisper(directory, minute -> true);
        source.put("sys.a", content);
        for (Call call : callsOnAMetric()) {
            agent.put("sys.a", content);
            for (String operation : List.of("read", "update", "replace", "delete")) {
                boolean allowed = operation.equals(call.operation());
                if (!allowed) {
                    assertThat(call.send(agent, token("sys.*", operation), content)
                                    .status())
                            .as(call + " with " + operation)
                            .isEqualTo(403);
                }
            }
            assertThat(call.send(agent, token("app.*", call.operation()), content)
                            .status())
                    .as(call + " of another namespace")
                    .isEqualTo(403);
            assertThat(agent.content("sys.a")).isEqualTo(content);
            if (call.target().contains("fetch_offload")) {
                continue;
            }
            assertThat(call.send(agent, token("sys.*", call.operation()), content)
                            .status())
                    .as(call.toString())
                    .isEqualTo(200);
        }
        for (Call call : callsOnAll()) {
            assertThat(call.send(agent, token("sys.*", "*"), content).status())
                    .as(call.toString())
                    .isEqualTo(403);
            assertThat(call.send(agent, token("*", "read"), content).status())
                    .as(call.toString())
                    .isNotEqualTo(403);
        }
    }

    @Test
    void ofManyMetricsThoseAreRefusedThatATokenDoesNotName() throws IOException {
        byte[] content = RunningAgent.whisper(directory, minute -> true);
        for (String metric : List.of("sys.a", "app.a")) {
            source.put(metric, content);
            source.age(metric);
        }
        String token = token("sys.*", "*");
        Answer pulled = new Call(
                        "POST",
                        "/v2/pull",
                        "",
                        "{\"source\":\"" + source.daemon()
                                + "\",\"items\":[[\"sys.a\",\"sys.a\"],[\"sys.a\",\"app.b\"],[\"app.a\",\"sys.b\"]]}")
                .send(agent, token, content);
        assertThat(pulled.status()).isEqualTo(200);
        assertThat(pulled.text().lines())
                .anyMatch(line -> line.startsWith("{\"i\":0,\"outcome\":\"CREATED\""))
                .anyMatch(line -> line.startsWith("{\"i\":1,\"outcome\":\"FAILED\"")
                        && line.contains("\"FORBIDDEN\",\"message\":\"this token does not allow to update app.b\""))
                .anyMatch(line -> line.startsWith("{\"i\":2,\"outcome\":\"FAILED\"")
                        && line.contains("\"FORBIDDEN\",\"message\":\"this token does not allow to read app.a\""));
        assertThat(agent.files()).containsExactly("sys/a.wsp");
        Answer deleted =
                new Call("POST", "/v2/delete", "", "{\"items\":[[\"app.a\",\"x\"]]}").send(source, token, content);
        assertThat(deleted.text()).contains("\"KEPT\"", "this token does not allow to delete app.a");
        assertThat(source.has("app.a")).isTrue();
        Answer stat =
                new Call("POST", "/v2/stat", "", "{\"metrics\":[\"sys.a\",\"app.a\"]}").send(source, token, content);
        assertThat(stat.status()).isEqualTo(403);
    }

    @Test
    void aDaemonFetchesWithTheTokenOfItsCaller() throws IOException {
        byte[] content = RunningAgent.whisper(directory, minute -> true);
        source.put("sys.a", content);
        String target = "/metrics/sys.b?fetch_offload=true&metric=sys.a&server=" + source.daemon();
        Call offload = new Call("POST", target, "", "");
        // The destination allows it, the source does not.
        Answer refused = offload.send(agent, token("sys.*", "update"), content);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("403", "this token does not allow to read sys.a");
        assertThat(agent.files()).isEmpty();
        assertThat(offload.send(agent, Tokens.ROOT, content).status()).isEqualTo(200);
        assertThat(agent.content("sys.b")).isEqualTo(content);
    }

    @Test
    void aDaemonRemovesAtASourceWhatItsCallerMayDeleteThere() throws IOException {
        byte[] content = RunningAgent.whisper(directory, minute -> true);
        for (String metric : List.of("sys.a", "app.a")) {
            source.put(metric, content);
            source.age(metric);
        }
        Call pull = new Call(
                "POST",
                "/v2/pull",
                "",
                "{\"source\":\"" + source.daemon() + "\",\"remove\":true,\"items\":[\"sys.a\",\"app.a\"]}");
        Answer answer = pull.send(agent, token("*", "read", "update"), content);
        assertThat(answer.text()).contains("\"i\":0", "\"i\":1").doesNotContain("removed");
        assertThat(source.files()).containsExactlyInAnyOrder("sys/a.wsp", "app/a.wsp");
        assertThat(pull.send(agent, Tokens.ROOT, content).text()).contains("\"removed\":true");
        assertThat(source.files()).isEmpty();
        assertThat(agent.content("app.a")).isEqualTo(content);
    }

    /** A server that notes the tokens it is shown, and sends everyone on. */
    private HttpServer server(ConcurrentLinkedQueue<String> tokens, String location) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Buckyd-Authorization")));
            exchange.getResponseHeaders().add("Location", location);
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        server.start();
        keep(() -> server.stop(0));
        return server;
    }

    @Test
    void aTokenGoesToNoHostThatIsNotAllowed() throws IOException {
        ConcurrentLinkedQueue<String> strange = new ConcurrentLinkedQueue<>();
        HttpServer stranger = server(strange, "/");
        String strangeAddress = "127.0.0.1:" + stranger.getAddress().getPort();
        ConcurrentLinkedQueue<String> known = new ConcurrentLinkedQueue<>();
        HttpServer redirecting = server(known, "http://" + strangeAddress + "/");
        DaemonAddress allowed =
                new DaemonAddress("127.0.0.1", redirecting.getAddress().getPort());
        RunningAgent careful = keep(RunningAgent.start(
                directory.resolve("careful"), config -> guarded(config).withAllowedSources(List.of(allowed))));
        for (String from : List.of(strangeAddress, allowed.toString())) {
            new Call("POST", "/metrics/a.b?fetch_offload=true&metric=a.b&server=" + from, "", "")
                    .send(careful, Tokens.ROOT, new byte[0]);
            new Call("POST", "/v2/pull", "", "{\"source\":\"" + from + "\",\"items\":[[\"a\",\"a\"]]}")
                    .send(careful, Tokens.ROOT, new byte[0]);
        }
        assertThat(known).hasSizeGreaterThanOrEqualTo(2).allMatch(Tokens.ROOT::equals);
        assertThat(strange).isEmpty();
    }
}
