package org.buckytools.cli.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.buckytools.cli.testing.WhisperSamples.ago;
import static org.buckytools.cli.testing.WhisperSamples.filesIn;
import static org.buckytools.cli.testing.WhisperSamples.points;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.buckytools.cli.files.SourceRemoval.Outcome;
import org.buckytools.cli.testing.WhisperSamples;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperFile.Access;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.OpenFlag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SourceRemovalTest {
    private static final Patience SHORT =
            new Patience(Duration.ofSeconds(20), Duration.ofMillis(100), Duration.ofMillis(1));
    private static final Patience LONG =
            new Patience(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofMillis(1));
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(WhisperSamples.NOW));

    @TempDir
    private Path folder;

    private Descriptor directory;
    private Place source;
    private Path file;
    private Merger merger;

    @BeforeEach
    void makeAFile() throws IOException {
        file = WhisperSamples.file(folder.resolve("a.wsp"), ago(1, 1));
        directory = Descriptor.open(folder, OpenFlag.DIRECTORY);
        source = new Place(directory, "a.wsp");
        merger = new Merger(CLOCK, SHORT);
    }

    @AfterEach
    void closeDirectory() throws IOException {
        directory.close();
    }

    private Outcome remove(FileVersion version, Patience patience) throws IOException {
        return new SourceRemoval(merger, patience).remove(source, version);
    }

    private FileVersion version() throws IOException {
        return LockedSource.versionOf(FileStatus.of(file));
    }

    private static void write(WhisperFile open, double value) throws IOException {
        open.updateMany(List.of(ago(2, value)), WhisperSamples.NOW);
    }

    @Test
    void removesTheVersionThatIsMeant() throws IOException {
        assertThat(remove(version(), SHORT)).isEqualTo(Outcome.REMOVED);
        assertThat(folder).isEmptyDirectory();
        assertThat(remove(new FileVersion(1, 1, 1, 1, 1), SHORT))
                .as("gone already")
                .isEqualTo(Outcome.REMOVED);
    }

    @Test
    void keepsAFileThatWasWritten() throws IOException {
        FileVersion version = version();
        try (WhisperFile writer = WhisperFile.open(file, Access.WRITE)) {
            write(writer, 2);
        }

        assertThat(remove(version, SHORT)).isEqualTo(Outcome.CHANGED);
        assertThat(filesIn(folder)).containsExactly("a.wsp");
    }

    @Test
    void givesAFileItsNameBackThatIsOpenElsewhere() throws IOException {
        FileVersion version = version();
        try (Descriptor _ = Descriptor.open(file)) {
            assertThatExceptionOfType(OpenElsewhereException.class).isThrownBy(() -> remove(version, SHORT));
        }
        assertThat(filesIn(folder)).containsExactly("a.wsp");
        assertThat(version()).isEqualTo(version);
    }

    @Test
    void waitsUntilNobodyHasTheFileOpen() throws Exception {
        FileVersion version = version();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Outcome> outcome;
            try (WhisperFile writer = WhisperFile.open(file, Access.WRITE)) {
                outcome = threads.submit(() -> remove(version, LONG));
                assertThat(file).exists();
                write(writer, 2);
            }
            assertThat(outcome.get()).isEqualTo(Outcome.CHANGED);
        }
        assertThat(filesIn(folder)).containsExactly("a.wsp");
        assertThat(points(file, 0)).containsValues(1.0, 2.0);
    }

    /** Does the second half of a delete, in which a writer that was just opening the file writes to it. */
    private Outcome removeHidden(Patience patience, Interference meanwhile) throws IOException {
        FileVersion version = version();
        Path hidden = Files.createDirectory(folder.resolve("hidden"));
        Files.move(file, hidden.resolve("a"));
        try (Descriptor descriptor = Descriptor.open(hidden.resolve("a"));
                Descriptor inside = Descriptor.open(hidden, OpenFlag.DIRECTORY)) {
            meanwhile.happens(hidden.resolve("a"));
            return new SourceRemoval(merger, patience)
                    .removeHidden(source, descriptor, new Place(inside, "a"), version);
        }
    }

    private interface Interference {
        void happens(Path hidden) throws IOException;
    }

    @Test
    void givesAFileItsNameBackThatWasWrittenWhileItWasHidden() throws IOException {
        Outcome outcome = removeHidden(SHORT, hidden -> {
            try (WhisperFile writer = WhisperFile.open(hidden, Access.WRITE)) {
                write(writer, 2);
            }
        });

        assertThat(outcome).isEqualTo(Outcome.CHANGED);
        assertThat(filesIn(folder)).containsExactly("a.wsp");
        assertThat(points(file, 0)).containsValues(1.0, 2.0);
    }

    @Test
    void fillsAFileThatWasMadeAnewWhileTheOldOneWasHidden() throws IOException {
        Outcome outcome = removeHidden(SHORT, hidden -> {
            WhisperSamples.file(file, ago(3, 3));
            try (WhisperFile writer = WhisperFile.open(hidden, Access.WRITE)) {
                write(writer, 2);
            }
        });

        assertThat(outcome).isEqualTo(Outcome.CHANGED);
        assertThat(filesIn(folder)).containsExactly("a.wsp");
        assertThat(points(file, 0)).containsValues(1.0, 2.0, 3.0);
    }

    @Test
    void aFileThatWasMadeAnewIsToBeMergedAgain() throws IOException {
        Outcome outcome = removeHidden(SHORT, hidden -> WhisperSamples.file(file, ago(3, 3)));

        assertThat(outcome).isEqualTo(Outcome.CHANGED);
        assertThat(filesIn(folder)).containsExactly("a.wsp");
        assertThat(points(file, 0)).containsOnlyKeys(ago(3, 3).time());
    }

    @Test
    void saysWhereTheOldFileIsIfItsPointsHaveNoPlaceInTheNewOne() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> removeHidden(SHORT, hidden -> {
                    WhisperSamples.file(file, "1m:1h", ago(3, 3));
                    try (WhisperFile writer = WhisperFile.open(hidden, Access.WRITE)) {
                        writer.updateMany(List.of(ago(600, 4)), WhisperSamples.NOW);
                    }
                }))
                .withMessageContaining("are in " + folder + "/hidden/a");
        assertThat(folder.resolve("hidden/a")).exists();
    }

    @Test
    void aFreshlyWrittenSourceIsReadAgainUntilALaterWriteWouldShow() throws IOException {
        try (WhisperFile writer = WhisperFile.open(file, Access.WRITE)) {
            write(writer, 2);
        }
        Path to = Files.createDirectory(folder.resolve("to"));
        try (Descriptor toDirectory = Descriptor.open(to, OpenFlag.DIRECTORY)) {
            Merger.Merged merged =
                    new Merger(InstantSource.system(), LONG).merge(source, new Place(toDirectory, "a.wsp"), true);

            assertThat(merged.version()).contains(version());
            FileStatus status = FileStatus.of(file);
            assertThat(Instant.ofEpochSecond(status.modifiedSeconds(), status.modifiedNanos()))
                    .isBefore(Instant.now().minusMillis(50));
        }
    }
}
