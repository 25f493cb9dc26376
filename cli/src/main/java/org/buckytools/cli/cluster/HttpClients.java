package org.buckytools.cli.cluster;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.Quantities;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.ClientOptions;
import org.buckytools.protocol.client.HttpAgentClients;
import org.buckytools.protocol.client.RetryPolicy;
import org.buckytools.protocol.client.RetryingAgentClient;

/** The clients that the program uses: over HTTP, with retries, saying what is waited for. */
public final class HttpClients implements AgentClients {
    /** Stands for waiting without end. */
    private static final Duration EVER = Duration.ofDays(365);

    /** So that a daemon that is down is noticed in about a second, and one that restarts is found again by the engine. */
    private static final int ATTEMPTS = 3;

    private static final Duration REMINDER = Duration.ofSeconds(30);

    /** Spreads pauses; each thread has its own source. */
    private static final RandomGenerator RANDOM =
            () -> ThreadLocalRandom.current().nextLong();

    private final HttpAgentClients http;
    private final RetryPolicy policy;
    private final Console console;
    private final InstantSource clock;

    /** Clients that behave as {@code settings} say; {@code version} is told to the daemons. */
    public HttpClients(ClusterSettings settings, String version, Console console, InstantSource clock) {
        Duration timeout = settings.timeout().isZero() ? EVER : settings.timeout();
        ClientOptions options = new ClientOptions(
                ClientOptions.DEFAULT.connectTimeout(),
                timeout,
                ClientOptions.DEFAULT.inactivityTimeout(),
                settings.token(),
                "bucky/" + version);
        this.http = new HttpAgentClients(options, clock);
        this.policy = new RetryPolicy(
                ATTEMPTS,
                RetryPolicy.DEFAULT.firstPause(),
                RetryPolicy.DEFAULT.longestPause(),
                settings.inventoryTimeout());
        this.console = console;
        this.clock = clock;
    }

    @Override
    public AgentClient open(DaemonAddress address) {
        return new RetryingAgentClient(http.connect(address), policy, new Waits(), clock, RANDOM, Thread::sleep);
    }

    @Override
    public void close() {
        http.close();
    }

    /** Says that a daemon is waited for, since that can take minutes; short retries are nobody's business. */
    private final class Waits implements RetryingAgentClient.Listener {
        private Duration saidAt = Duration.ZERO;

        @Override
        public void retrying(AgentException failure, int attempt, Duration pause) {}

        @Override
        public synchronized void waitingForInventory(DaemonAddress daemon, Duration waited, Duration timeout) {
            if (waited.isZero()) {
                saidAt = waited;
                console.say(daemon + " is building its list of metrics; waiting for up to " + Quantities.time(timeout));
            } else if (waited.minus(saidAt).compareTo(REMINDER) >= 0) {
                saidAt = waited;
                console.say(daemon + " is still building its list of metrics after " + Quantities.time(waited));
            }
        }
    }
}
