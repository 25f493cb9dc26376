package org.buckytools.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.buckytools.agent.store.StoreFixture.metric;
import static org.buckytools.agent.store.StoreFixture.whisper;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.buckytools.agent.store.DeleteOutcome.Absent;
import org.buckytools.agent.store.DeleteOutcome.Deleted;
import org.buckytools.agent.store.DeleteOutcome.Kept;
import org.buckytools.agent.store.DeleteOutcome.Reason;
import org.buckytools.protocol.transfer.FileVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeleteRunTest {
    @TempDir
    Path folder;

    private StoreFixture fixture;
    private DeleteRun run;
    private final Map<String, FileVersion> versions = new HashMap<>();

    @BeforeEach
    void open() throws IOException {
        fixture = new StoreFixture(folder);
        run = fixture.store.deleteRun();
    }

    @AfterEach
    void close() {
        run.close();
        fixture.close();
    }

    private void place(String... metrics) throws IOException {
        for (String metric : metrics) {
            fixture.place(metric, whisper(0, 1), Duration.ofMinutes(1));
            try (SourceFile file = fixture.store.readForMove(metric(metric))) {
                versions.put(metric, file.version().orElseThrow());
            }
        }
    }

    private Optional<DeleteOutcome> delete(String metric) throws IOException {
        return run.deleteAtOnce(metric(metric), versions.get(metric));
    }

    private List<String> hiddenDirectories() throws IOException {
        return fixture.tree().stream()
                .filter(path -> path.contains(".bucky-retire-"))
                .toList();
    }

    @Test
    void filesOfADirectoryPassThroughOneHiddenDirectory() throws IOException {
        place("a.b.c", "a.b.d", "a.b.e");
        assertThat(delete("a.b.c")).containsInstanceOf(Deleted.class);
        assertThat(delete("a.b.d")).containsInstanceOf(Deleted.class);
        assertThat(hiddenDirectories()).hasSize(1);
        assertThat(delete("a.b.e")).containsInstanceOf(Deleted.class);
        run.close();
        assertThat(folder).isEmptyDirectory();
        assertThat(fixture.events).containsExactly("deleted a.b.c", "deleted a.b.d", "deleted a.b.e");
    }

    @Test
    void directoriesThatBecomeEmptyAreRemovedWhenTheRunLeavesThem() throws IOException {
        place("a.b.c", "a.d.e", "a.d.f");
        delete("a.b.c");
        delete("a.d.e");
        assertThat(folder.resolve("a/b")).doesNotExist();
        run.close();
        assertThat(fixture.tree()).containsExactly("a/", "a/d/", "a/d/f.wsp");
    }

    @Test
    void aFileThatSomebodyHasOpenIsNotTouched() throws IOException {
        place("a.b", "a.c", "a.d");
        delete("a.b");
        try (RandomAccessFile writer = new RandomAccessFile(fixture.path("a.c").toFile(), "rw")) {
            assertThat(delete("a.c")).isEmpty();
            assertThat(delete("a.d")).containsInstanceOf(Deleted.class);
            assertThat(writer.length()).isPositive();
        }
        assertThat(fixture.events).containsExactly("deleted a.b", "deleted a.d");
        assertThat(delete("a.c")).containsInstanceOf(Deleted.class);
    }

    @Test
    void aFileThatWasWrittenSinceStaysAmongOthersThatGo() throws IOException {
        place("a.b", "a.c", "a.d");
        byte[] later = whisper(5, 1);
        Files.write(fixture.path("a.c"), later);
        assertThat(delete("a.b")).containsInstanceOf(Deleted.class);
        assertThat(delete("a.c"))
                .hasValueSatisfying(kept -> assertThat(kept)
                        .isInstanceOfSatisfying(
                                Kept.class, it -> assertThat(it.reason()).isEqualTo(Reason.CHANGED)));
        assertThat(delete("a.d")).containsInstanceOf(Deleted.class);
        run.close();
        assertThat(fixture.tree()).containsExactly("a/", "a/c.wsp");
        assertThat(fixture.path("a.c")).hasBinaryContent(later);
    }

    @Test
    void findsAFileInADirectoryThatWasMadeAnew() throws IOException {
        place("a.b", "a.c");
        delete("a.b");
        for (String path : fixture.tree().reversed()) {
            Files.delete(folder.resolve(path));
        }
        place("a.d");
        assertThat(delete("a.d")).containsInstanceOf(Deleted.class);
        assertThat(delete("a.c")).containsInstanceOf(Absent.class);
        run.close();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aKilledRunLeavesNothingBehind() throws IOException {
        place("a.b", "a.c");
        delete("a.b");
        fixture.reopen();
        fixture.store.leftovers().leftoversIn("a");
        assertThat(fixture.tree()).containsExactly("a/", "a/c.wsp");
        run = fixture.store.deleteRun();
    }
}
