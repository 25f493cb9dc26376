package org.buckytools.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.buckytools.agent.store.StoreFixture.metric;
import static org.buckytools.agent.store.StoreFixture.whisper;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.buckytools.agent.store.DeleteOutcome.Absent;
import org.buckytools.agent.store.DeleteOutcome.Deleted;
import org.buckytools.agent.store.DeleteOutcome.Kept;
import org.buckytools.agent.store.DeleteOutcome.Reason;
import org.buckytools.protocol.transfer.FileVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeleteUnchangedTest {
    @TempDir
    Path folder;

    private StoreFixture fixture;
    private Path path;
    private FileVersion version;

    @BeforeEach
    void open() throws IOException {
        fixture = new StoreFixture(folder);
        path = fixture.place("a.b", whisper(0, 1), Duration.ofMinutes(1));
        try (SourceFile file = fixture.store.readForMove(metric("a.b"))) {
            version = file.version().orElseThrow();
        }
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private DeleteOutcome delete() throws IOException {
        return fixture.store.deleteUnchanged(metric("a.b"), version);
    }

    @Test
    void deletesTheVersionThatWasRead() throws IOException {
        assertThat(delete()).isInstanceOf(Deleted.class);
        assertThat(folder).isEmptyDirectory();
        assertThat(fixture.events).containsExactly("deleted a.b");
        assertThat(delete()).isInstanceOf(Absent.class);
    }

    @Test
    void keepsAFileThatWasWrittenSince() throws IOException {
        byte[] later = whisper(5, 1);
        Files.write(path, later);
        assertThat(delete())
                .isInstanceOfSatisfying(
                        Kept.class, kept -> assertThat(kept.reason()).isEqualTo(Reason.CHANGED));
        assertThat(path).hasBinaryContent(later);
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void keepsAnotherFileOfTheSameSizeAndTime() throws IOException {
        FileTime time = Files.getLastModifiedTime(path);
        Path other = folder.resolve("other");
        Files.write(other, whisper(5, 1));
        Files.setLastModifiedTime(other, time);
        Files.move(other, path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(delete()).isInstanceOf(Kept.class);
        assertThat(path).exists();
    }

    @Test
    void keepsAFileThatThisProcessHasOpenElsewhere() throws IOException {
        try (RandomAccessFile writer = new RandomAccessFile(path.toFile(), "rw")) {
            assertThat(delete())
                    .isInstanceOfSatisfying(
                            Kept.class, kept -> assertThat(kept.reason()).isEqualTo(Reason.BUSY));
            assertThat(writer.length()).isPositive();
        }
        assertThat(fixture.events).as("it has kept its name all the time").isEmpty();
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
        assertThat(delete()).isInstanceOf(Deleted.class);
    }

    @Test
    void aReadThatIsStillBeingSentKeepsNobodyFromDeleting() throws IOException {
        try (SourceFile file = fixture.store.read(metric("a.b"))) {
            assertThat(delete()).isInstanceOf(Deleted.class);
            assertThat(fixture.content(file, ChunkMode.ALL)).isNotEmpty();
        }
    }
}
