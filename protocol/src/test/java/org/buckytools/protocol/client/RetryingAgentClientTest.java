package org.buckytools.protocol.client;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.buckytools.hashring.Member;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.Encoding;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.NameSink;
import org.buckytools.protocol.OwnedNameSink;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.transfer.MisplacedQuery;
import org.buckytools.protocol.transfer.SpaceUsage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetryingAgentClientTest {
    private static final MetricName NAME = new MetricName("a.b");
    private static final MetricQuery RESCAN = new MetricQuery(Optional.empty(), Optional.empty(), true);
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
    private static final RetryPolicy POLICY =
            new RetryPolicy(5, Duration.ofMillis(250), Duration.ofSeconds(1), Duration.ofSeconds(60));

    private static WireMockServer server;

    private final HttpAgentClients clients = new HttpAgentClients(ClientOptions.DEFAULT, InstantSource.system());
    private final List<Duration> pauses = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private Instant now = Instant.ofEpochSecond(1_700_000_000);
    private DaemonAddress address;
    private AgentClient client;

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
        client = new RetryingAgentClient(
                clients.connect(address),
                POLICY,
                new RetryingAgentClient.Listener() {
                    @Override
                    public void retrying(AgentException failure, int attempt, Duration pause) {
                        told.add("attempt " + attempt);
                    }

                    @Override
                    public void waitingForInventory(DaemonAddress daemon, Duration waited, Duration timeout) {
                        told.add(daemon + " waited " + waited.toSeconds() + " of " + timeout.toSeconds());
                    }
                },
                () -> now,
                new Random(5),
                pause -> {
                    pauses.add(pause);
                    now = now.plus(pause);
                });
    }

    @AfterEach
    void disconnect() {
        clients.close();
    }

    @Test
    void aPassingFaultIsTriedAgainWithGrowingPauses() throws AgentException {
        answers(
                aResponse().withStatus(503),
                aResponse().withStatus(504),
                aResponse().withStatus(502),
                aResponse().withStatus(503),
                okJson(Json.toAscii(RING)));
        assertThat(client.ring()).isEqualTo(RING);
        assertThat(told).containsExactly("attempt 1", "attempt 2", "attempt 3", "attempt 4");
        int[] longest = {250, 500, 1000, 1000};
        for (int i = 0; i < longest.length; i++) {
            assertThat(pauses.get(i)).isBetween(Duration.ofMillis(longest[i] / 2), Duration.ofMillis(longest[i]));
        }
    }

    @Test
    void aFaultThatStaysIsPassedOnAfterTheLastAttempt() {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503).withBody("busy")));
        assertThatThrownBy(() -> client.delete(NAME))
                .isInstanceOf(AgentRefusedException.class)
                .hasMessageEndingWith("503: busy");
        server.verify(5, anyRequestedFor(anyUrl()));
        assertThat(pauses).hasSize(4);
    }

    @Test
    void aBrokenConnectionIsAPassingFault() {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        assertThatThrownBy(client::ring).isInstanceOf(AgentUnreachableException.class);
        assertThat(pauses).hasSize(4);
    }

    @Test
    void anInternalErrorIsTriedTwiceMoreAndARefusalNever() {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(500)));
        assertThatThrownBy(() -> client.delete(NAME)).isInstanceOf(AgentRefusedException.class);
        server.verify(3, anyRequestedFor(anyUrl()));
        for (int status : new int[] {400, 403, 302, 200}) {
            server.resetAll();
            server.stubFor(
                    any(anyUrl()).willReturn(aResponse().withStatus(status).withBody("x")));
            assertThatThrownBy(() -> client.ring()).isInstanceOf(AgentException.class);
            server.verify(1, anyRequestedFor(anyUrl()));
        }
    }

    @Test
    void anUploadAsksForItsContentAgain() throws AgentException {
        answers(aResponse().withStatus(503), okJson(Json.toAscii(new FillTimings(1, 0, 0, 0, 0))));
        int[] asked = {0};
        MetricStat stat = new MetricStat(NAME, 3, 0644, 0, Encoding.IDENTITY);
        client.fill(NAME, stat, new AgentClient.Upload() {
            @Override
            public OptionalLong begin() {
                asked[0]++;
                return OptionalLong.of(asked[0]);
            }

            @Override
            public void writeTo(OutputStream sink) throws IOException {
                sink.write(new byte[3]);
            }
        });
        assertThat(asked[0]).isEqualTo(2);
        server.verify(1, postRequestedFor(anyUrl()).withHeader("X-Buckyd-Now", equalTo("1")));
        server.verify(1, postRequestedFor(anyUrl()).withHeader("X-Buckyd-Now", equalTo("2")));
    }

    @Test
    void aStreamIsTriedAgainOnlyBeforeItsFirstElement() throws AgentException {
        answers(aResponse().withStatus(503), aResponse().withBody("[\"h\"][\"a\"]\n"));
        List<String> heard = new ArrayList<>();
        OwnedNameSink metrics = new OwnedNameSink() {
            @Override
            public void owners(List<String> hosts) {
                heard.addAll(hosts);
            }

            @Override
            public void name(byte[] utf8, int from, int to) {
                heard.add(new String(utf8, from, to - from, StandardCharsets.UTF_8));
            }
        };
        MisplacedQuery query = new MisplacedQuery(RING, "h", Optional.empty(), List.of(), false, false);
        assertThatThrownBy(() -> client.misplaced(query, metrics)).isInstanceOf(AgentUnreachableException.class);
        assertThat(heard).containsExactly("h", "a");
        server.verify(2, anyRequestedFor(anyUrl()));

        server.resetAll();
        answers(aResponse().withBody(""), aResponse().withBody("[]\n"));
        client.misplaced(query, metrics);
        assertThat(heard).containsExactly("h", "a");
    }

    @Test
    void anInventoryIsWaitedForAndARescanAskedForOnce() throws AgentException {
        answers(
                aResponse().withStatus(202),
                aResponse().withStatus(202),
                aResponse().withStatus(202),
                okJson("[\"a\"]"));
        List<String> names = new ArrayList<>();
        client.list(RESCAN, NameSink.ofTexts(names::add));
        assertThat(names).containsExactly("a");
        server.verify(1, postRequestedFor(anyUrl()).withRequestBody(containing("force")));
        server.verify(4, postRequestedFor(anyUrl()));
        assertThat(told).hasSize(3).first().isEqualTo(address + " waited 0 of 60");
    }

    @Test
    void asksForUsageUntilTheInventoryIsThereAndForItsRescanOnce() throws IOException {
        answers(
                aResponse().withStatus(202),
                aResponse().withStatus(503),
                aResponse().withBody("{\"metrics\":1,\"bytes\":2,\"allocated\":3}\n{\"end\":true}\n"));
        assertThat(client.usage(RESCAN, one -> {})).isEqualTo(new SpaceUsage(1, 2, 3, 0, 0));
        server.verify(1, postRequestedFor(anyUrl()).withRequestBody(containing("force")));
        server.verify(3, postRequestedFor(anyUrl()));
    }

    @Test
    void aDaemonThatIsNeverReadyCountsAsDownAfterTheTimeout() {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(202)));
        assertThatThrownBy(() -> client.list(RESCAN, (utf8, from, to) -> {}))
                .isInstanceOf(InventoryNotReadyException.class)
                .hasMessage(address + " is still building its list of metrics after 60 s");
        Duration waited = pauses.stream().reduce(Duration.ZERO, Duration::plus);
        assertThat(waited.toMillis()).isCloseTo(60_000L, within(1L));
    }

    @Test
    void anInterruptEndsThePause() {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));
        AgentClient sleeping = new RetryingAgentClient(
                clients.connect(address),
                POLICY,
                RetryingAgentClient.Listener.NONE,
                () -> now,
                new Random(5),
                pause -> {
                    throw new InterruptedException();
                });
        assertThatThrownBy(sleeping::ring)
                .isInstanceOf(AgentInterruptedException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aLimitBoundsWhatIsInFlight() throws Exception {
        server.stubFor(any(anyUrl())
                .willReturn(
                        aResponse().withHeader("X-Metric-Stat", "{\"Size\":4}").withBody("abcd")));
        Semaphore permits = new Semaphore(1);
        AgentClient limited = new LimitingAgentClient(clients.connect(address), permits);
        Download download = limited.get(NAME, false).orElseThrow();
        assertThat(permits.availablePermits())
                .as("a download counts until it is closed")
                .isZero();
        CountDownLatch done = new CountDownLatch(1);
        Thread second = Thread.startVirtualThread(() -> {
            try {
                limited.stat(NAME);
                done.countDown();
            } catch (AgentException e) {
                throw new AssertionError(e);
            }
        });
        while (!permits.hasQueuedThreads()) {
            Thread.onSpinWait();
        }
        assertThat(done.getCount()).isEqualTo(1);
        assertThat(download.content().readAllBytes()).hasSize(4);
        download.close();
        download.close();
        second.join();
        assertThat(done.getCount()).isZero();
        assertThat(permits.availablePermits()).isEqualTo(1);
    }

    @Test
    void aPermitIsGivenBackWhateverHappens() throws IOException {
        Semaphore permits = new Semaphore(1);
        AgentClient limited = new LimitingAgentClient(clients.connect(address), permits);
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(404)));
        assertThat(limited.get(NAME, true)).isEmpty();
        assertThatThrownBy(limited::ring).isInstanceOf(AgentRefusedException.class);
        assertThatThrownBy(() -> limited.list(RESCAN, (utf8, from, to) -> {}))
                .isInstanceOf(AgentRefusedException.class);
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(500)));
        assertThatThrownBy(() -> limited.get(NAME, true)).isInstanceOf(AgentRefusedException.class);
        assertThat(permits.availablePermits()).isEqualTo(1);
        Thread.currentThread().interrupt();
        assertThatThrownBy(limited::ring).isInstanceOf(AgentInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(permits.availablePermits()).isEqualTo(1);
    }

    /** Answers to one request after the other. */
    private static void answers(ResponseDefinitionBuilder... responses) {
        for (int i = 0; i < responses.length; i++) {
            server.stubFor(any(anyUrl())
                    .inScenario("answers")
                    .whenScenarioStateIs(i == 0 ? Scenario.STARTED : "answer " + i)
                    .willSetStateTo("answer " + (i + 1))
                    .willReturn(responses[i]));
        }
    }
}
