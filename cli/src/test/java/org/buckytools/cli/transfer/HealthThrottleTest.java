package org.buckytools.cli.transfer;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.cluster.NodeState;
import org.buckytools.cli.testing.FakeCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HealthThrottleTest extends EngineTestBase {
    private static final long SECOND = 1_000_000_000L;

    @RegisterExtension
    private final WireMockExtension carbon =
            WireMockExtension.newInstance().options(options().dynamicPort()).build();

    private final Node node = node("a");

    private static HealthSettings settings(int perSecond, int speedUpSeconds, boolean easing, int port) {
        return new HealthSettings(
                Duration.ofSeconds(10), "http", port, 0.75, perSecond, Duration.ofSeconds(speedUpSeconds), easing);
    }

    private static HealthThrottle throttle(int perSecond, int speedUpSeconds, boolean easing) {
        return new HealthThrottle(settings(perSecond, speedUpSeconds, easing, 8080), new Random(3));
    }

    @Test
    void beginsAtTheSpeedThatWasGiven() {
        HealthThrottle throttle = throttle(4, 0, false);

        assertThat(throttle.available(node, 0)).isEqualTo(1);
        throttle.take(node, 1, 0);
        assertThat(throttle.available(node, 0)).isZero();
        assertThat(throttle.nextAt(node, 0)).isEqualTo(SECOND / 4);
        assertThat(throttle.available(node, SECOND)).isEqualTo(4);
    }

    @Test
    void letsAnIdleNodeSaveUpNoMoreThanABit() {
        assertThat(throttle(50, 0, false).available(node, 0)).isEqualTo(1);
        HealthThrottle throttle = throttle(50, 0, false);
        throttle.available(node, 0);

        assertThat(throttle.available(node, 3600 * SECOND)).isEqualTo(120);
    }

    @Test
    void speedsUpByOneToFiveAtEachInterval() {
        HealthThrottle throttle = throttle(1, 600, false);
        int before = throttle.state(node, 0).metricsPerSecond();
        for (int i = 1; i <= 5; i++) {
            throttle.heard(node, new CarbonCache(1, 100), (long) i * 600 * SECOND - 1);
            int after = throttle.state(node, (long) i * 600 * SECOND).metricsPerSecond();
            assertThat(after - before).isBetween(1, 5);
            before = after;
        }
    }

    @Test
    void goesBackToTheFirstSpeedWhenTheCacheFillsUp() {
        HealthThrottle throttle = throttle(1, 600, false);
        throttle.available(node, 0);
        throttle.heard(node, new CarbonCache(1, 100), 599 * SECOND);
        assertThat(throttle.state(node, 600 * SECOND).metricsPerSecond()).isGreaterThan(1);

        throttle.heard(node, new CarbonCache(75, 100), 601 * SECOND);

        assertThat(throttle.state(node, 601 * SECOND).metricsPerSecond()).isEqualTo(1);
        assertThat(throttle.state(node, 1200 * SECOND).metricsPerSecond()).isEqualTo(1);
    }

    @Test
    void goesBackToTheFirstSpeedWhenNothingWasHeardForLong() {
        HealthThrottle throttle = throttle(2, 600, false);
        throttle.available(node, 0);
        throttle.heard(node, new CarbonCache(1, 100), 1);
        assertThat(throttle.state(node, 600 * SECOND).metricsPerSecond()).isGreaterThan(2);

        assertThat(throttle.state(node, 1200 * SECOND).metricsPerSecond()).isEqualTo(2);
    }

    @Test
    void slowsDownAtRandomNowAndThenButNeverBelowTheFirstSpeed() {
        HealthThrottle throttle = throttle(3, 600, true);
        boolean slowed = false;
        int before = 3;
        throttle.available(node, 0);
        for (int i = 1; i < 200; i++) {
            throttle.heard(node, new CarbonCache(1, 100), (long) i * 600 * SECOND - 1);
            int after = throttle.state(node, (long) i * 600 * SECOND).metricsPerSecond();
            assertThat(after).isGreaterThanOrEqualTo(3);
            slowed |= after < before;
            before = after;
        }
        assertThat(slowed).isTrue();
    }

    @Test
    void readsWhatGoCarbonSays() throws IOException {
        carbon.stubFor(get(urlEqualTo("/admin/info?scopes=cache"))
                .willReturn(
                        okJson("{\"version\":\"0.17\",\"cache\":{\"size\":7,\"limit\":10,\"x\":[]},\"config\":{}}")));
        CarbonAdmin admin = new CarbonAdmin(settings(1, 0, false, carbon.getPort()));

        assertThat(admin.of(local())).isEqualTo(new CarbonCache(7, 10));
    }

    @Test
    void saysWhatGoCarbonAnsweredInstead() {
        carbon.stubFor(get(urlEqualTo("/admin/info?scopes=cache")).willReturn(serverError()));
        CarbonAdmin admin = new CarbonAdmin(settings(1, 0, false, carbon.getPort()));

        assertThatThrownBy(() -> admin.of(local())).hasMessageContaining("answered 500");
    }

    @Test
    void looksAtOnceAndWarnsOnceOfANodeThatDoesNotAnswer() throws InterruptedException {
        BlockingQueue<String> warnings = new LinkedBlockingQueue<>();
        HealthThrottle throttle = throttle(1, 600, false);
        CarbonCache.Source source = asked -> {
            if (asked.host().equals("b")) {
                throw new IOException("connection refused");
            }
            return new CarbonCache(99, 100);
        };

        try (HealthMonitor monitor = new HealthMonitor(
                settings(1, 600, false, 8080), source, throttle, ticker, List.of(node, node("b")), warnings::add)) {
            assertThat(monitor).isNotNull();
            assertThat(warnings.poll(30, TimeUnit.SECONDS))
                    .isEqualTo("the health of go-carbon on b is not known: connection refused");
        }
    }

    private static Node local() {
        FakeCluster cluster = new FakeCluster(1, "localhost");
        return new Node("localhost", cluster.agent("localhost").address(), cluster.agent("localhost"), node(cluster));
    }

    private static NodeState node(FakeCluster cluster) {
        return new NodeState.Agrees(cluster.description("localhost"));
    }
}
