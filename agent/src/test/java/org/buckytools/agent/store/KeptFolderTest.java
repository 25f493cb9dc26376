package org.buckytools.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.buckytools.agent.store.StoreFixture.metric;
import static org.buckytools.agent.store.StoreFixture.whisper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptFolderTest {
    @TempDir
    Path folder;

    private StoreFixture fixture;
    private KeptFolder near;

    @BeforeEach
    void open() throws IOException {
        fixture = new StoreFixture(folder);
        near = fixture.store.keptFolder();
    }

    @AfterEach
    void close() {
        near.close();
        fixture.close();
    }

    private byte[] read(String metric) throws IOException {
        try (SourceFile file = fixture.store.readForMove(metric(metric), near)) {
            assertThat(file.version()).isPresent();
            return fixture.content(file, ChunkMode.ALL);
        }
    }

    private Incoming receive(String metric, byte[] content) throws IOException {
        Incoming incoming = fixture.store.receive(metric(metric), content.length, 0644, 0, near);
        incoming.write(0, ByteBuffer.wrap(content));
        return incoming;
    }

    @Test
    void readsFilesOfOneDirectoryAndOfAnother() throws IOException {
        for (String metric : new String[] {"a.b", "a.c", "a.d", "e.b", "f", "g"}) {
            byte[] content = whisper(metric.length(), 1);
            fixture.place(metric, content, Duration.ofMinutes(1));
            assertThat(read(metric)).isEqualTo(content);
        }
        assertThatThrownBy(() -> read("e.c")).isInstanceOf(MetricNotFoundException.class);
    }

    @Test
    void readsAFileOfADirectoryThatWasMadeAnew() throws IOException {
        fixture.place("a.b", whisper(0, 1), Duration.ofMinutes(1));
        fixture.place("a.c", whisper(0, 1), Duration.ofMinutes(1));
        read("a.b");
        read("a.c");
        fixture.store.delete(metric("a.b"));
        fixture.store.delete(metric("a.c"));
        assertThat(folder).isEmptyDirectory();
        byte[] content = whisper(5, 1);
        fixture.place("a.d", content, Duration.ofMinutes(1));
        assertThat(read("a.d")).isEqualTo(content);
    }

    @Test
    void followsNoLinkInADirectoryThatItKeeps() throws IOException {
        fixture.place("a.b", whisper(0, 1), Duration.ofMinutes(1));
        fixture.place("a.c", whisper(0, 1), Duration.ofMinutes(1));
        read("a.b");
        read("a.c");
        Files.createSymbolicLink(fixture.path("a.d"), fixture.path("a.b"));
        assertThatThrownBy(() -> read("a.d")).isInstanceOf(MetricNotFoundException.class);
    }

    @Test
    void receivesIntoADirectoryThatWasRemovedMeanwhile() throws IOException {
        byte[] content = whisper(0, 1);
        receive("a.b", content).close();
        assertThat(folder).isEmptyDirectory();
        try (Incoming incoming = receive("a.c", content)) {
            incoming.createOrFill(StoreFixture.now());
        }
        fixture.store.delete(metric("a.c"));
        try (StagedBatch batch = fixture.store.batch()) {
            batch.add(receive("a.d", content));
            batch.add(receive("a.e", content));
            near.close();
            assertThat(batch.commit(StoreFixture.now()))
                    .allMatch(result -> result.stored().isPresent());
        }
        assertThat(fixture.tree()).containsExactly("a/", "a/d.wsp", "a/e.wsp");
    }
}
