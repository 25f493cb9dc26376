package org.buckytools.agent.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.buckytools.agent.RunningAgent;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.agent.store.StoreConfig;
import org.buckytools.agent.store.StoreEvents;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.PullItem;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.protocol.transfer.PullResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PullServiceTest {
    private static final int METRICS = 300;

    @TempDir
    private Path directory;

    private RunningAgent source;
    private MetricStore store;

    @BeforeEach
    void start() throws IOException {
        source = RunningAgent.start(directory.resolve("source"));
        store = MetricStore.open(
                new StoreConfig(
                        Files.createDirectories(directory.resolve("store")),
                        Optional.empty(),
                        false,
                        true,
                        StoreConfig.MIN_BUFFER_BYTES),
                StoreEvents.NONE,
                InstantSource.system());
        byte[] content = RunningAgent.whisper(directory, minute -> true);
        for (int i = 0; i < METRICS; i++) {
            source.put("m" + i, content);
            source.age("m" + i);
        }
    }

    @AfterEach
    void stop() throws Exception {
        store.close();
        source.close();
    }

    private PullService service(Duration beginning) {
        SourcePolicy policy = new SourcePolicy(List.of(), 1, List.of(source.daemon()));
        return new PullService(store, policy, "test", InstantSource.system(), beginning);
    }

    private PullRequest request(boolean remove, int atOnce) {
        List<PullItem> items = IntStream.range(0, METRICS)
                .mapToObj(i -> new MetricName("m" + i))
                .map(name -> new PullItem(name, name))
                .toList();
        return new PullRequest(source.daemon(), true, remove, atOnce, items);
    }

    @Test
    void tellsWhatItHadNoTimeToBeginWith() throws IOException {
        List<PullResult> results = new ArrayList<>();
        try (PullService pulls = service(Duration.ZERO)) {
            pulls.pull(request(true, 1), Optional.empty(), metric -> true, results::addAll);
        }
        PullResult rest = results.getLast();
        assertThat(rest.failure().map(ItemFailure::reason)).contains(ItemFailure.Reason.NOT_BEGUN);
        assertThat(rest.index()).isEqualTo(32);
        assertThat(rest.count()).isEqualTo(METRICS - 32);
        assertThat(results.subList(0, results.size() - 1)).hasSize(32).allMatch(PullResult::removed);
        assertThat(source.files()).hasSize(METRICS - 32);
    }

    @Test
    void leavesWhatItHasTakenWhereNobodyTakesTheResults() throws IOException {
        IOException gone = new IOException("nobody listens");
        for (boolean remove : List.of(false, true)) {
            try (PullService pulls = service(Duration.ofDays(1))) {
                assertThatThrownBy(() -> pulls.pull(request(remove, 3), Optional.empty(), metric -> true, results -> {
                            throw gone;
                        }))
                        .isSameAs(gone);
                assertThat(pulls.isBusy()).isFalse();
            }
        }
        for (int i = 0; i < METRICS; i++) {
            assertThat(Files.exists(source.file("m" + i)) || Files.exists(directory.resolve("store/m" + i + ".wsp")))
                    .as("m%s is here or there", i)
                    .isTrue();
        }
    }
}
