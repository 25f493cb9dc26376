package org.buckytools.cli;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.buckytools.cli.testing.CommandRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Commands against a daemon that is slow, broken, busy for ever, or no daemon at all. */
@Timeout(60)
class OddDaemonsTest {
    private static final String RING =
            "{\"Name\":\"localhost\",\"Nodes\":[{\"Server\":\"localhost\",\"Port\":2003,\"Instance\":\"\"}],"
                    + "\"Algo\":\"carbon\",\"Replicas\":1}";

    @RegisterExtension
    private final WireMockExtension daemon =
            WireMockExtension.newInstance().options(options().dynamicPort()).build();

    @BeforeEach
    void answerForTheRing() {
        daemon.stubFor(get(urlPathEqualTo("/hashring")).willReturn(okJson(RING)));
    }

    @Test
    void listsAGoDaemon() {
        daemon.stubFor(any(urlPathEqualTo("/metrics")).willReturn(okJson("[\"b.c\",\"a b\",\"a\"]")));

        assertThat(bucky("list")).isEqualTo(new CommandRun(0, "a\na b\nb.c\n", ""));
    }

    @Test
    void waitsWhileADaemonBuildsItsList() {
        daemon.stubFor(any(urlPathEqualTo("/metrics"))
                .inScenario("building")
                .whenScenarioStateIs(Scenario.STARTED)
                .willReturn(aResponse().withStatus(202))
                .willSetStateTo("built"));
        daemon.stubFor(any(urlPathEqualTo("/metrics"))
                .inScenario("building")
                .whenScenarioStateIs("built")
                .willReturn(okJson("[\"a\"]")));

        CommandRun run = bucky("list");

        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("a\n");
        assertThat(run.err()).contains(" is building its list of metrics; waiting for up to 15:00\n");
    }

    @Test
    void takesADaemonThatBuildsForEverForDown() {
        daemon.stubFor(any(urlPathEqualTo("/metrics")).willReturn(aResponse().withStatus(202)));

        CommandRun run = bucky("list", "--inventory-timeout", "1");

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains("still building its list of metrics");
    }

    @Test
    void triesAgainAfterAnErrorThatMayPass() {
        daemon.stubFor(any(urlPathEqualTo("/metrics"))
                .inScenario("broken")
                .whenScenarioStateIs(Scenario.STARTED)
                .willReturn(aResponse().withStatus(503))
                .willSetStateTo("repaired"));
        daemon.stubFor(any(urlPathEqualTo("/metrics"))
                .inScenario("broken")
                .whenScenarioStateIs("repaired")
                .willReturn(okJson("[]")));

        assertThat(bucky("list")).isEqualTo(new CommandRun(0, "", ""));
    }

    @Test
    void saysWhatADaemonAnsweredWithWhenItGivesUp() {
        daemon.stubFor(any(urlPathEqualTo("/metrics"))
                .willReturn(aResponse().withStatus(500).withBody("disk on fire")));

        CommandRun run = bucky("list");

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains("with 500: disk on fire");
    }

    @Test
    void doesNotWaitForHeadersForEver() {
        daemon.stubFor(any(urlPathEqualTo("/metrics")).willReturn(okJson("[]").withFixedDelay(20_000)));

        CommandRun run = bucky("list", "-t", "1");

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains("nothing came in time");
    }

    @Test
    void noticesAConnectionThatBreaks() {
        daemon.stubFor(
                any(urlPathEqualTo("/metrics")).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));

        assertThat(bucky("list").code()).isEqualTo(4);
    }

    @Test
    void noticesAnAnswerThatIsNone() {
        daemon.stubFor(any(urlPathEqualTo("/metrics")).willReturn(okJson("[\"a\",\"b")));

        CommandRun run = bucky("list");

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void noticesThatSomethingElseListensThere() {
        daemon.stubFor(any(anyUrl()).willReturn(aResponse().withBody("<html>welcome</html>")));

        CommandRun run = bucky("servers");

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains("answered GET /hashring with nonsense").contains("Nothing was changed.");
    }

    @Test
    void sendsTheTokenThatIsInTheFile(@TempDir Path folder) throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "secret.token\n");
        daemon.stubFor(any(urlPathEqualTo("/metrics")).willReturn(okJson("[]")));

        assertThat(bucky("list", "--api-token-file", token.toString()).code()).isZero();

        daemon.verify(getRequestedFor(urlPathEqualTo("/hashring"))
                .withHeader("X-Buckyd-Authorization", equalTo("secret.token")));
    }

    @Test
    void refusesATokenFileThatIsEmptyOrMissing(@TempDir Path folder) throws IOException {
        Path empty = Files.writeString(folder.resolve("token"), "\n");
        Path split = Files.writeString(folder.resolve("split"), "two words");

        assertThat(bucky("list", "--api-token-file", empty.toString()).code()).isEqualTo(2);
        assertThat(bucky("list", "--api-token-file", split.toString()).code()).isEqualTo(2);
        assertThat(bucky("list", "--api-token-file", folder.resolve("none").toString())
                        .code())
                .isEqualTo(2);
    }

    private CommandRun bucky(String... arguments) {
        return Bucky.run("localhost:" + daemon.getPort(), "", arguments);
    }
}
