package org.buckytools.protocol.client;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.binaryEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.head;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.buckytools.hashring.Member;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.DaemonStatus;
import org.buckytools.protocol.Encoding;
import org.buckytools.protocol.ErrorBody;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.NameSink;
import org.buckytools.protocol.OwnedNameSink;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.SnappyFraming;
import org.buckytools.protocol.client.AgentException.Retry;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.transfer.DeleteItem;
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.MisplacedQuery;
import org.buckytools.protocol.transfer.ModifyRequest;
import org.buckytools.protocol.transfer.ModifyResult;
import org.buckytools.protocol.transfer.PullItem;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.SchemaChange;
import org.buckytools.protocol.transfer.SpaceUsage;
import org.buckytools.protocol.transfer.UnreadableMetric;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAgentClientTest {
    private static final MetricName NAME = new MetricName("a.b");
    private static final String PATH = "/metrics/a.b";
    private static final byte[] CONTENT = "0123456789".repeat(1000).getBytes(StandardCharsets.US_ASCII);
    private static final MetricStat STAT = new MetricStat(NAME, CONTENT.length, 0640, 1_700_000_000, Encoding.IDENTITY);
    private static final RingDescription RING = new RingDescription(
            "h",
            List.of(new Member("h", 0, Optional.empty())),
            "carbon",
            1,
            Optional.empty(),
            Optional.empty(),
            2,
            Optional.empty(),
            OptionalInt.empty());

    private static WireMockServer server;

    private HttpAgentClients clients;
    private AgentClient client;
    private DaemonAddress address;

    @BeforeAll
    static void startServer() {
        server = new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));
        server.start();
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    @BeforeEach
    void connect() {
        server.resetAll();
        address = new DaemonAddress("127.0.0.1", server.port());
        connect(ClientOptions.DEFAULT);
    }

    private void connect(ClientOptions options) {
        clients = new HttpAgentClients(options, InstantSource.fixed(Instant.ofEpochSecond(1234)));
        client = clients.connect(address);
    }

    @AfterEach
    void disconnect() {
        clients.close();
    }

    @Test
    void readsTheRingAndTheStatus() throws IOException {
        server.stubFor(get("/hashring").willReturn(json(RING)));
        assertThat(client.ring()).isEqualTo(RING);
        DaemonStatus status = new DaemonStatus("buckyd 1", 1, 2, true, 3, 4, 5, 6, Optional.empty());
        server.stubFor(get("/v2/status").willReturn(json(status)));
        assertThat(client.status()).isEqualTo(status);
        assertThat(client.address()).isEqualTo(address);
    }

    @Test
    void sendsItsTokenItsNameAndNoOfferOfGzip() throws IOException {
        clients.close();
        connect(ClientOptions.DEFAULT.withToken(Optional.of("t.o.k")));
        server.stubFor(get("/hashring").willReturn(json(RING)));
        client.ring();
        server.verify(getRequestedFor(urlEqualTo("/hashring"))
                .withHeader("X-Buckyd-Authorization", equalTo("t.o.k"))
                .withHeader("User-Agent", equalTo("bucky"))
                .withHeader("Accept-Encoding", equalTo("identity")));
    }

    @Test
    void listsByAFormAndHandsNamesOnOneByOne() throws IOException {
        server.stubFor(post("/metrics").willReturn(aResponse().withBody("[\"a\",\"b\\u003cé\"]")));
        List<String> names = new ArrayList<>();
        client.list(
                new MetricQuery(Optional.of("a b"), Optional.of(List.of("a", "c")), true),
                NameSink.ofTexts(names::add));
        assertThat(names).containsExactly("a", "b<é");
        server.verify(postRequestedFor(urlEqualTo("/metrics"))
                .withHeader("Content-Type", equalTo("application/x-www-form-urlencoded"))
                // Tells daemons of ours that this rescan is asked for once.
                .withHeader("X-Buckyd-Now", equalTo("1234"))
                .withRequestBody(equalTo("force=1&regex=a+b&list=%5B%22a%22%2C%22c%22%5D")));
    }

    @Test
    void asksForTheSpaceThatMetricsTakeByTheFormOfAList() throws IOException {
        server.stubFor(post("/v2/usage")
                .willReturn(lines(
                        "{\"m\":\"a\",\"message\":\"input/output error\"}",
                        "{\"metrics\":7,\"bytes\":100,\"allocated\":80,\"absent\":1,\"unreadable\":1}",
                        "{\"end\":true}")));
        List<UnreadableMetric> unreadable = new ArrayList<>();
        SpaceUsage usage = client.usage(new MetricQuery(Optional.of("a b"), Optional.empty(), true), unreadable::add);
        assertThat(usage).isEqualTo(new SpaceUsage(7, 100, 80, 1, 1));
        assertThat(unreadable).containsExactly(new UnreadableMetric(new MetricName("a"), "input/output error"));
        server.verify(postRequestedFor(urlEqualTo("/v2/usage"))
                .withHeader("Content-Type", equalTo("application/x-www-form-urlencoded"))
                .withHeader("X-Buckyd-Now", equalTo("1234"))
                .withRequestBody(equalTo("force=1&regex=a+b")));
        server.stubFor(post("/v2/usage").willReturn(lines("{\"end\":true}")));
        assertThatThrownBy(() -> client.usage(MetricQuery.ALL, one -> {})).isInstanceOf(AgentBabbleException.class);
    }

    @Test
    void anInventoryThatIsBeingBuiltIsAnExceptionOfItsOwn() {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(202).withBody("Cache update in progress.")));
        assertThatThrownBy(() -> client.list(MetricQuery.ALL, (utf8, from, to) -> {}))
                .isInstanceOf(InventoryNotReadyException.class)
                .hasMessage(address + " is still building its list of metrics");
        assertThatThrownBy(() -> client.misplaced(query(), new Owned())).isInstanceOf(InventoryNotReadyException.class);
    }

    @Test
    void namesStandInThePathAsAGoClientWritesThem() throws IOException {
        MetricName odd = new MetricName("a;b=c d%x+é?#");
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(404)));
        assertThat(client.delete(odd)).isFalse();
        server.verify(deleteRequestedFor(urlEqualTo("/metrics/a;b=c%20d%25x+%C3%A9%3F%23")));
    }

    @Test
    void statsAMetric() throws IOException {
        server.stubFor(head(urlEqualTo(PATH)).willReturn(aResponse().withHeader("X-Metric-Stat", STAT.toHeader())));
        assertThat(client.stat(NAME)).contains(STAT);
    }

    @Test
    void aMetricThatIsNotThereHasNoStatNoContentAndNothingToDelete() throws IOException {
        server.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withStatus(404)
                        .withHeader("X-Metric-Stat", "null")
                        .withBody("Metric not found.")));
        assertThat(client.stat(NAME)).isEmpty();
        assertThat(client.get(NAME, true)).isEmpty();
        assertThat(client.delete(NAME)).isFalse();
        assertThat(client.fetchOffload(NAME, address, NAME, true)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "{\"Size\":\"x\"}", "nonsense"})
    void aStatThatIsNoneIsBabble(String header) {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withHeader("X-Metric-Stat", header)));
        assertThatThrownBy(() -> client.stat(NAME)).isInstanceOf(AgentBabbleException.class);
        assertThatThrownBy(() -> client.get(NAME, false)).isInstanceOf(AgentBabbleException.class);
    }

    @Test
    void downloadsPlainContent() throws IOException {
        server.stubFor(get(PATH)
                .withHeader("Accept-Encoding", equalTo("identity"))
                .willReturn(file(STAT).withBody(CONTENT)));
        try (Download download = client.get(NAME, false).orElseThrow()) {
            assertThat(download.stat()).isEqualTo(STAT);
            assertThat(download.content().readAllBytes()).isEqualTo(CONTENT);
        }
    }

    @Test
    void downloadsSnappy() throws IOException {
        server.stubFor(get(PATH)
                .withHeader("Accept-Encoding", equalTo("snappy"))
                .willReturn(file(STAT.withEncoding(Encoding.SNAPPY))
                        .withHeader("Content-Encoding", "snappy")
                        .withBody(snappy(CONTENT))));
        try (Download download = client.get(NAME, true).orElseThrow()) {
            assertThat(download.stat()).isEqualTo(STAT.withEncoding(Encoding.SNAPPY));
            assertThat(download.content().readAllBytes()).isEqualTo(CONTENT);
        }
    }

    @Test
    void aDaemonMayLeaveOutTheEncoding() throws IOException {
        server.stubFor(get(PATH).willReturn(file(STAT).withBody(CONTENT)));
        try (Download download = client.get(NAME, true).orElseThrow()) {
            assertThat(download.stat().encoding()).isEqualTo(Encoding.IDENTITY);
            assertThat(download.content().readAllBytes()).isEqualTo(CONTENT);
        }
    }

    @Test
    void aDownloadOfAnotherLengthThanAnnouncedIsNoWholeFile() throws IOException {
        server.stubFor(get(PATH).willReturn(file(STAT).withBody(Arrays.copyOf(CONTENT, CONTENT.length - 1))));
        assertDownloadFails(AgentUnreachableException.class, "ends after 9999 of 10000 bytes");
        server.stubFor(get(PATH).willReturn(file(STAT).withBody(Arrays.copyOf(CONTENT, CONTENT.length + 1))));
        assertDownloadFails(AgentBabbleException.class, "more than the 10000 bytes announced");
        byte[] damaged = snappy(CONTENT);
        damaged[20] ^= 1;
        server.stubFor(get(PATH)
                .willReturn(file(STAT).withHeader("Content-Encoding", "snappy").withBody(damaged)));
        assertDownloadFails(AgentBabbleException.class, "snappy");
        server.stubFor(get(PATH)
                .willReturn(file(STAT).withHeader("Content-Encoding", "snappy").withBody(snappy(new byte[20_000]))));
        assertDownloadFails(AgentBabbleException.class, "more than the 10000 bytes announced");
        server.stubFor(get(PATH)
                .willReturn(file(STAT).withHeader("Content-Encoding", "br").withBody(CONTENT)));
        assertThatThrownBy(() -> client.get(NAME, true)).isInstanceOf(AgentBabbleException.class);
    }

    private void assertDownloadFails(Class<? extends AgentException> type, String text) throws IOException {
        try (Download download = client.get(NAME, true).orElseThrow()) {
            assertThatThrownBy(() -> download.content().readAllBytes())
                    .isInstanceOf(type)
                    .hasMessageContaining(text)
                    .hasMessageContaining(address.toString())
                    .hasMessageContaining("GET of a.b");
        }
    }

    @Test
    void uploadsPlainContent() throws IOException {
        FillTimings timings = new FillTimings(1, 2, 3, 4, 5);
        server.stubFor(post(PATH).willReturn(json(timings)));
        assertThat(client.fill(NAME, STAT, sink -> sink.write(CONTENT))).isEqualTo(timings);
        server.verify(postRequestedFor(urlEqualTo(PATH))
                .withHeader("Content-Type", equalTo("application/octet-stream"))
                .withHeader("Content-Encoding", absent())
                .withHeader("Content-Length", equalTo("10000"))
                .withHeader("X-Metric-Stat", equalTo(STAT.toHeader()))
                .withHeader("X-Buckyd-Now", absent())
                .withRequestBody(binaryEqualTo(CONTENT)));
    }

    @Test
    void tellsWithAnUploadWhatTimeItIsWhereItComesFrom() throws IOException {
        server.stubFor(post(PATH).willReturn(json(FillTimings.NONE)));

        client.fill(NAME, STAT, new From(OptionalLong.of(77)));

        server.verify(postRequestedFor(urlEqualTo(PATH))
                .withHeader("X-Buckyd-Now", equalTo("77"))
                .withRequestBody(binaryEqualTo(CONTENT)));
    }

    @Test
    void doesNotBeginAnUploadThatIsNotReady() {
        AgentUnreachableException down =
                new AgentUnreachableException(new DaemonAddress("other", 1), "other:1 does not answer", null);

        assertThatThrownBy(() -> client.fill(NAME, STAT, new From(OptionalLong.empty()) {
                    @Override
                    public OptionalLong begin() throws AgentException {
                        throw down;
                    }
                }))
                .isSameAs(down);
        server.verify(0, postRequestedFor(anyUrl()));
    }

    private static class From implements AgentClient.Upload {
        private final OptionalLong now;

        From(OptionalLong now) {
            this.now = now;
        }

        @Override
        public OptionalLong begin() throws AgentException {
            return now;
        }

        @Override
        public void writeTo(OutputStream sink) throws IOException {
            sink.write(CONTENT);
        }
    }

    @Test
    void uploadsSnappyUnderAnotherName() throws IOException {
        server.stubFor(put("/metrics/x.y").willReturn(json(FillTimings.NONE)));
        MetricStat encoded = STAT.withEncoding(Encoding.SNAPPY);
        client.replace(new MetricName("x.y"), encoded, sink -> sink.write(CONTENT));
        LoggedRequest request = server.findAll(putRequestedFor(urlEqualTo("/metrics/x.y"))
                        .withHeader("Content-Encoding", equalTo("snappy"))
                        .withHeader(
                                "X-Metric-Stat",
                                equalTo(encoded.withName(new MetricName("x.y")).toHeader())))
                .getFirst();
        assertThat(SnappyFraming.decode(new ByteArrayInputStream(request.getBody()), CONTENT.length)
                        .readAllBytes())
                .isEqualTo(CONTENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "OK\n"})
    void theOlderGoDaemonsSayNothingOnSuccess(String body) throws IOException {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withBody(body)));
        assertThat(client.fill(NAME, STAT, sink -> sink.write(CONTENT))).isEqualTo(FillTimings.NONE);
        assertThat(client.replace(NAME, STAT, sink -> sink.write(CONTENT))).isEqualTo(FillTimings.NONE);
        assertThat(client.delete(NAME)).isTrue();
    }

    @Test
    void aFailureOfTheUploadsSourceIsNotBlamedOnTheDaemon() {
        server.stubFor(any(anyUrl()).willReturn(aResponse()));
        IOException local = new IOException("disk on fire");
        assertThatThrownBy(() -> client.fill(NAME, STAT, sink -> {
                    throw local;
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasCause(local);
        AgentException other = new AgentUnreachableException(new DaemonAddress("other", 1), "other is gone", null);
        assertThatThrownBy(() -> client.fill(NAME, STAT, sink -> {
                    sink.write(1);
                    throw other;
                }))
                .isSameAs(other);
        assertThatThrownBy(() -> client.fill(NAME, STAT, sink -> sink.write(1)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("an upload of 10000 bytes wrote 1");
        assertThatThrownBy(() -> client.fill(NAME, STAT.withEncoding(Encoding.SNAPPY), sink -> sink.write(1)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("an upload of 10000 bytes wrote 1");
    }

    @Test
    void readsMisplacedNamesAsAnArray() throws IOException {
        server.stubFor(post("/v2/misplaced").willReturn(aResponse().withBody("[\"a.b\",\"c\\u0041\"]")));
        List<String> names = new ArrayList<>();

        client.misplacedNames(query(), NameSink.ofTexts(names::add));

        assertThat(names).containsExactly("a.b", "cA");
    }

    @Test
    void letsADaemonFetch() throws IOException {
        server.stubFor(post(PATH + "?fetch_offload=true").willReturn(json(new FillTimings(9, 0, 0, 0, 0))));
        assertThat(client.fetchOffload(NAME, new DaemonAddress("fd00::1", 4242), new MetricName("o p+q;é=1"), false))
                .contains(new FillTimings(9, 0, 0, 0, 0));
        LoggedRequest request = server.findAll(postRequestedFor(urlEqualTo(PATH + "?fetch_offload=true"))
                        .withHeader("Content-Type", equalTo("application/x-www-form-urlencoded")))
                .getFirst();
        assertThat(request.formParameter("server").firstValue()).isEqualTo("[fd00::1]:4242");
        assertThat(request.formParameter("metric").firstValue()).isEqualTo("o p+q;é=1");
        assertThat(request.formParameter("no_encoding").firstValue()).isEqualTo("true");
    }

    @Test
    void anOffloadsBadRequestIsTriedAgainUnlessTheDaemonKnowsNone() {
        server.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(400).withBody("Error fetching metric: EOF")));
        assertThat(refused(() -> client.fetchOffload(NAME, address, NAME, true)).retry())
                .isEqualTo(Retry.TWICE);
        server.stubFor(post(anyUrl())
                .willReturn(aResponse().withStatus(400).withBody("Content-Type must be application/octet-stream.\n")));
        AgentRefusedException unknown = refused(() -> client.fetchOffload(NAME, address, NAME, true));
        assertThat(unknown.retry()).isEqualTo(Retry.NEVER);
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown).hasMessageEndingWith("with 400: Content-Type must be application/octet-stream.");
        assertThat(refused(() -> client.fill(NAME, STAT, sink -> sink.write(CONTENT)))
                        .retry())
                .isEqualTo(Retry.NEVER);
    }

    @Test
    void anErrorNamesDaemonMethodMetricStatusAndTheDaemonsWords() {
        server.stubFor(
                any(anyUrl()).willReturn(aResponse().withStatus(500).withBody("no\r\n\u001b[31mspace\t left\u0000\n")));
        assertThatThrownBy(() -> client.delete(NAME))
                .isInstanceOf(AgentRefusedException.class)
                .hasMessage(address + " answered DELETE of a.b with 500: no [31mspace left");
        assertThatThrownBy(() -> client.ring())
                .hasMessageStartingWith(address + " answered GET /hashring with 500: no");
    }

    @Test
    void aStatusSaysWhetherToTryAgain() {
        for (int status : new int[] {502, 503, 504}) {
            assertThat(refusedWith(aResponse().withStatus(status)).retry()).isEqualTo(Retry.ALWAYS);
        }
        assertThat(refusedWith(aResponse().withStatus(500)).retry()).isEqualTo(Retry.TWICE);
        for (int status : new int[] {400, 401, 403, 404, 405, 413, 501}) {
            AgentRefusedException refused = refusedWith(aResponse().withStatus(status));
            assertThat(refused.retry()).isEqualTo(Retry.NEVER);
            assertThat(refused.status()).isEqualTo(status);
        }
    }

    @Test
    void anErrorOfVersion2SaysItself() {
        assertThat(refusedWith(json(new ErrorBody("full", false)).withStatus(503)))
                .hasMessage(address + " answered GET /hashring with 503: full")
                .returns(Retry.NEVER, AgentException::retry);
        assertThat(refusedWith(json(new ErrorBody("full", true)).withStatus(400))
                        .retry())
                .isEqualTo(Retry.TWICE);
        assertThat(refusedWith(json(new ErrorBody("full", true)).withStatus(503))
                        .retry())
                .isEqualTo(Retry.ALWAYS);
    }

    @Test
    void aHugeErrorIsCut() {
        assertThat(refusedWith(aResponse().withStatus(500).withBody("x".repeat(10_000_000)))
                        .getMessage())
                .hasSizeLessThan(1200);
        assertThat(refusedWith(aResponse().withStatus(500).withBody("{\"error\":\"" + "x".repeat(1_000_000) + "\"}"))
                        .getMessage())
                .hasSizeLessThan(1200);
    }

    @Test
    void redirectsAreNotFollowed() {
        server.stubFor(get("/hashring").willReturn(aResponse().withStatus(302).withHeader("Location", "/elsewhere")));
        assertThatThrownBy(() -> client.ring())
                .isInstanceOf(AgentBabbleException.class)
                .hasMessageContaining("302");
        server.verify(0, getRequestedFor(urlEqualTo("/elsewhere")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "<html><body>It works!</body></html>", "[]", "{\"Name\":1}", "{\"Nodes\":[", "\u0000\u0001"})
    void aGarbageAnswerIsBabble(String body) {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withBody(body)));
        assertThatThrownBy(() -> client.ring())
                .isInstanceOf(AgentBabbleException.class)
                .hasMessageStartingWith(address + " answered GET /hashring with nonsense: ");
    }

    @Test
    void aCutListIsNotAWholeOne() {
        server.stubFor(post("/metrics").willReturn(aResponse().withBody("[\"a\",\"b\"")));
        List<String> names = new ArrayList<>();
        assertThatThrownBy(() -> client.list(MetricQuery.ALL, NameSink.ofTexts(names::add)))
                .isInstanceOf(AgentException.class);
        assertThat(names).containsExactly("a", "b");
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aBrokenConnectionIsATypedFailure(Fault fault) {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withFault(fault)));
        for (Action action : List.<Action>of(
                () -> client.ring(),
                () -> client.list(MetricQuery.ALL, (utf8, from, to) -> {}),
                () -> client.misplaced(query(), new Owned()),
                () -> client.misplacedNames(query(), (utf8, from, to) -> {}),
                () -> client.stat(NAME),
                () -> client.fill(NAME, STAT, sink -> sink.write(CONTENT)))) {
            assertThatThrownBy(action::run)
                    .isInstanceOfAny(AgentUnreachableException.class, AgentBabbleException.class)
                    .hasMessageContaining(address.toString());
        }
    }

    @Test
    void aDaemonThatIsNotThereIsUnreachable() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        DaemonAddress nobody = new DaemonAddress("127.0.0.1", port);
        assertThatThrownBy(() -> clients.connect(nobody).ring())
                .isInstanceOf(AgentUnreachableException.class)
                .hasMessage(nobody + " does not answer GET /hashring: connection refused");
        assertThatThrownBy(() ->
                        clients.connect(new DaemonAddress("no such host", 1)).ring())
                .isInstanceOf(AgentUnreachableException.class)
                .hasMessageContaining("no host name");
        assertThatThrownBy(() ->
                        clients.connect(new DaemonAddress("host.invalid", 1)).ring())
                .isInstanceOf(AgentUnreachableException.class)
                .hasMessage("host.invalid:1 does not answer GET /hashring: its name cannot be resolved");
    }

    @Test
    void whatIsNoHttpIsBabble() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread ssh = Thread.startVirtualThread(() -> {
                try (var peer = socket.accept()) {
                    peer.getOutputStream().write("SSH-2.0-OpenSSH_9\r\n".getBytes(StandardCharsets.US_ASCII));
                    peer.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThatThrownBy(() -> clients.connect(new DaemonAddress("127.0.0.1", socket.getLocalPort()))
                            .ring())
                    .isInstanceOf(AgentBabbleException.class);
            clients.close();
            ssh.join();
        }
    }

    @Test
    void aSlowAnswerIsNotWaitedForForEver() {
        clients.close();
        connect(ClientOptions.DEFAULT.withHeaderTimeout(Duration.ofMillis(100)));
        server.stubFor(get("/hashring").willReturn(json(RING).withFixedDelay(2000)));
        assertThatThrownBy(() -> client.ring())
                .isInstanceOf(AgentUnreachableException.class)
                .hasMessage(address + " does not answer GET /hashring: nothing came in time");
    }

    @Test
    void aBodyMayTakeLongerThanTheHeadersButNotStandStill() throws Exception {
        byte[] body = Json.toBytes(RING);
        try (ScriptedServer slow = new ScriptedServer((request, out) -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n{")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            // Real time, since it is the operating system's that is measured.
            Thread.sleep(Duration.ofMillis(2500));
            out.write(body, 1, body.length - 1);
            return true;
        })) {
            clients.close();
            connect(new ClientOptions(
                    Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(20), Optional.empty(), "bucky"));
            assertThat(clients.connect(slow.address()).ring()).isEqualTo(RING);
            clients.close();
            connect(new ClientOptions(
                    Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMillis(100), Optional.empty(), "bucky"));
            assertThatThrownBy(() -> clients.connect(slow.address()).ring())
                    .isInstanceOf(AgentUnreachableException.class)
                    .hasMessage(
                            "the answer of " + slow.address() + " to GET /hashring broke off: nothing came in time");
        }
    }

    @Test
    void anInterruptEndsTheWaitOnAnyThread() throws Exception {
        server.stubFor(get("/hashring").willReturn(json(RING).withFixedDelay(60_000)));
        server.stubFor(get("/v2/status").willReturn(json(RING).withChunkedDribbleDelay(2, 60_000)));
        for (Thread.Builder builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            for (Action action : List.<Action>of(() -> client.ring(), () -> client.status())) {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                CountDownLatch started = new CountDownLatch(1);
                boolean[] interrupted = {false};
                Thread waiting = builder.start(() -> {
                    started.countDown();
                    try {
                        action.run();
                    } catch (Throwable e) {
                        thrown.set(e);
                        interrupted[0] = Thread.currentThread().isInterrupted();
                    }
                });
                started.await();
                waiting.interrupt();
                waiting.join();
                assertThat(thrown.get()).isInstanceOf(AgentInterruptedException.class);
                assertThat(interrupted[0]).isTrue();
            }
        }
    }

    /** Notes names with their owners. */
    private static class Owned implements OwnedNameSink {
        final List<String> named = new ArrayList<>();
        private List<String> owners = List.of();

        @Override
        public void owners(List<String> hosts) {
            owners = hosts;
        }

        @Override
        public void name(byte[] utf8, int from, int to) {
            named.add(new String(utf8, from, to - from, StandardCharsets.UTF_8) + " " + owners);
        }
    }

    @Test
    void streamsMisplacedMetrics() throws IOException {
        server.stubFor(post("/v2/misplaced")
                .willReturn(lines("[\"h1\"]", "[\"a\"]", "[\"h1\",\"h2\"]", "[\"b\",\"c.d\"]", "[]")));
        Owned metrics = new Owned();
        client.misplaced(query(), metrics);
        assertThat(metrics.named).containsExactly("a [h1]", "b [h1, h2]", "c.d [h1, h2]");
        server.verify(postRequestedFor(urlEqualTo("/v2/misplaced"))
                .withHeader("X-Buckyd-Now", equalTo("1234"))
                .withHeader("Content-Type", equalTo("application/json"))
                .withRequestBody(equalToJson(Json.toAscii(query()))));
    }

    @Test
    void aStreamWithoutItsEndWasCut() {
        server.stubFor(post("/v2/misplaced").willReturn(lines("[\"h1\"]", "[\"a\",")));
        Owned metrics = new Owned();
        assertThatThrownBy(() -> client.misplaced(query(), metrics))
                .isInstanceOf(AgentUnreachableException.class)
                .hasMessageContaining("was cut off");
        assertThat(metrics.named).containsExactly("a [h1]");

        server.stubFor(post("/v2/misplaced").willReturn(lines("[\"h1\"]", "[\"a\"]")));
        assertThatThrownBy(() -> client.misplaced(query(), new Owned())).isInstanceOf(AgentUnreachableException.class);
    }

    @Test
    void aNameThatNoMetricCanHaveIsBabble() {
        server.stubFor(post("/v2/misplaced").willReturn(lines("[\"h1\"]", "[\"a..b\"]", "[]")));
        assertThatThrownBy(() -> client.misplaced(query(), new Owned()))
                .isInstanceOf(AgentBabbleException.class)
                .hasMessageContaining("no metric can be called \"a..b\"");
    }

    @Test
    void aStreamOfNonsenseIsBabble() {
        server.stubFor(post("/v2/misplaced").willReturn(lines("<html>", "[]")));
        assertThatThrownBy(() -> client.misplaced(query(), new Owned())).isInstanceOf(AgentBabbleException.class);
    }

    @Test
    void aConsumersExceptionIsPassedOn() throws IOException {
        server.stubFor(post("/v2/misplaced").willReturn(lines("[\"h1\"]", "[\"a\"]", "[]")));
        IllegalStateException own = new IllegalStateException("enough");
        assertThatThrownBy(() -> client.misplaced(query(), new Owned() {
                    @Override
                    public void name(byte[] utf8, int from, int to) {
                        throw own;
                    }
                }))
                .isSameAs(own);
        server.stubFor(get("/hashring").willReturn(json(RING)));
        assertThat(client.ring()).isEqualTo(RING);
    }

    @Test
    void pullsAndDeletesWithOneResultAnItem() throws IOException {
        PullRequest pull = new PullRequest(
                new DaemonAddress("source", 4242),
                true,
                false,
                1,
                List.of(new PullItem(NAME, NAME), new PullItem(new MetricName("c"), new MetricName("d"))));
        PullResult first = PullResult.stored(0, PullResult.Outcome.CREATED, 1, 1, Optional.of("v"), 0);
        PullResult second = PullResult.stored(1, PullResult.Outcome.FILLED, 1, 1, Optional.empty(), 0);
        server.stubFor(post("/v2/pull").willReturn(lines(Json.toAscii(first), Json.toAscii(second), "{\"end\":true}")));
        List<PullResult> results = new ArrayList<>();
        client.pull(pull, results::add);
        assertThat(results).containsExactly(first, second);
        server.verify(postRequestedFor(urlEqualTo("/v2/pull")).withRequestBody(equalToJson(Json.toAscii(pull))));

        DeleteRequest delete = new DeleteRequest(List.of(new DeleteItem(NAME, "v")), false);
        DeleteResult deleted = DeleteResult.gone(0, DeleteResult.Outcome.DELETED);
        server.stubFor(post("/v2/delete").willReturn(lines(Json.toAscii(deleted), "{\"end\":true}")));
        List<DeleteResult> deletes = new ArrayList<>();
        client.deleteUnchanged(delete, deletes::add);
        assertThat(deletes).containsExactly(deleted);

        ModifyRequest modify = new ModifyRequest(
                new SchemaChange(Optional.empty(), List.of(), List.of(), Optional.of("sum"), Optional.empty(), false),
                false,
                OptionalLong.empty(),
                List.of(NAME));
        ModifyResult modified =
                ModifyResult.failed(0, new ItemFailure(ItemFailure.Reason.NOT_FOUND, "there is no such metric"));
        server.stubFor(post("/v2/modify").willReturn(lines(Json.toAscii(modified), "{\"end\":true}")));
        List<ModifyResult> modifies = new ArrayList<>();
        client.modify(modify, modifies::add);
        assertThat(modifies).containsExactly(modified);
        server.verify(postRequestedFor(urlEqualTo("/v2/modify")).withRequestBody(equalToJson(Json.toAscii(modify))));
    }

    @Test
    void resultsThatAreMissingOrTwiceAreBabble() {
        DeleteRequest two = new DeleteRequest(List.of(new DeleteItem(NAME, "v"), new DeleteItem(NAME, "v")), false);
        String zero = "{\"i\":0,\"outcome\":\"DELETED\"}";
        String[][] answers = {
            {zero, "{\"end\":true}"},
            {zero, zero},
            {"{\"i\":2,\"outcome\":\"DELETED\"}"},
            {"{\"i\":1,\"n\":2,\"outcome\":\"DELETED\"}"},
            {"{\"i\":1,\"outcome\":\"DELETED\"}", "{\"i\":0,\"n\":2,\"outcome\":\"DELETED\"}"}
        };
        for (String[] answer : answers) {
            server.stubFor(post("/v2/delete").willReturn(lines(answer)));
            assertThatThrownBy(() -> client.deleteUnchanged(two, result -> {}))
                    .isInstanceOf(AgentBabbleException.class);
        }
    }

    @Test
    void statsManyInOrder() throws IOException {
        server.stubFor(post("/v2/stat").willReturn(lines(Json.toAscii(STAT), "null", "{\"end\":true}")));
        List<Optional<MetricStat>> stats = new ArrayList<>();
        client.stat(List.of(NAME, new MetricName("c")), stats::add);
        assertThat(stats).containsExactly(Optional.of(STAT), Optional.empty());
        server.verify(
                postRequestedFor(urlEqualTo("/v2/stat")).withRequestBody(equalToJson("{\"metrics\":[\"a.b\",\"c\"]}")));
        client.stat(List.of(), stats::add);
        server.verify(1, postRequestedFor(urlEqualTo("/v2/stat")));
    }

    @Test
    void optionsKeepTheTokenOutOfTextsAndHeadersInOneLine() {
        assertThat(ClientOptions.DEFAULT.withToken(Optional.of("secret")).toString())
                .doesNotContain("secret");
        assertThatThrownBy(() -> ClientOptions.DEFAULT.withToken(Optional.of("a\r\nHost: b")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    private static AgentRefusedException refused(Action action) {
        return catchThrowableOfType(AgentRefusedException.class, action::run);
    }

    private AgentRefusedException refusedWith(ResponseDefinitionBuilder response) {
        server.stubFor(get("/hashring").willReturn(response));
        return refused(() -> client.ring());
    }

    private static MisplacedQuery query() {
        return new MisplacedQuery(RING, "h", Optional.empty(), List.of("carbon."), false, false);
    }

    private static ResponseDefinitionBuilder json(org.buckytools.protocol.json.JsonMessage message) {
        return aResponse().withHeader("Content-Type", "application/json").withBody(Json.toBytes(message));
    }

    private static ResponseDefinitionBuilder lines(String... lines) {
        return aResponse().withHeader("Content-Type", "application/x-ndjson").withBody(String.join("\n", lines) + "\n");
    }

    private static ResponseDefinitionBuilder file(MetricStat stat) {
        return aResponse().withHeader("X-Metric-Stat", stat.toHeader());
    }

    private static byte[] snappy(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream encoder = SnappyFraming.encode(bytes)) {
            encoder.write(content);
        }
        return bytes.toByteArray();
    }
}
