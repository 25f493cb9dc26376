package org.buckytools.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.buckytools.agent.store.StoreFixture.metric;
import static org.buckytools.agent.store.StoreFixture.points;
import static org.buckytools.agent.store.StoreFixture.whisper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed daemon leaves behind, made by hand. */
class RecoveryTest {
    private static final String ID = "0123456789abcdef";

    @TempDir
    Path folder;

    private StoreFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new StoreFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void hidden(String path, byte[] content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private void walk(String... directories) {
        for (String directory : directories) {
            fixture.store.leftovers().leftoversIn(directory);
        }
        fixture.store.leftovers().walkCompleted();
    }

    @Test
    void removesAnUnfinishedUpload() throws IOException {
        hidden("a/.bucky-" + ID, whisper(0, 1));
        fixture.place("a.b", whisper(0, 1), Duration.ZERO);
        walk("a");
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
    }

    @Test
    void leavesOtherHiddenNamesAlone() throws IOException {
        hidden("a/.bucky-notes", new byte[1]);
        hidden("a/.bucky-0123456789ABCDEF", new byte[1]);
        hidden("a/.other", new byte[1]);
        walk("a");
        assertThat(fixture.tree()).hasSize(4);
    }

    @Test
    void leavesItsOwnUploadsAlone() throws IOException {
        byte[] content = whisper(0, 1);
        try (Incoming incoming = fixture.upload("a.b", content)) {
            walk("a");
            incoming.createOrFill(StoreFixture.now());
        }
        assertThat(fixture.path("a.b")).hasBinaryContent(content);
    }

    @Test
    void appliesAWholeReplacementAgain() throws IOException {
        byte[] whole = whisper(5, 1, 2);
        byte[] half = whisper(0, 1, 2, 3);
        System.arraycopy(whole, 0, half, 0, 400);
        fixture.place("a.b", half, Duration.ofMinutes(1));
        long inode = (long) Files.getAttribute(fixture.path("a.b"), "unix:ino");
        hidden("a/.bucky-replace-" + ID + "/b", whole);
        walk("a");
        assertThat(fixture.path("a.b")).hasBinaryContent(whole);
        assertThat(Files.getAttribute(fixture.path("a.b"), "unix:ino")).isEqualTo(inode);
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
    }

    private void replacementBegan(Duration ago) throws IOException {
        Files.setLastModifiedTime(
                folder.resolve("a/.bucky-replace-" + ID),
                FileTime.from(Instant.now().minus(ago)));
    }

    @Test
    void keepsWhatWasWrittenSinceAReplacementBrokeOff() throws IOException {
        byte[] whole = whisper(5, 30, 28, 20);
        // The first of these are replaced; that of 12 minutes ago was to be, and those behind it have come since.
        byte[] half = whisper(0, 30, 29, 28, 12, 3, 2);
        System.arraycopy(whole, 0, half, 0, 40 + 15 * 12);
        fixture.place("a.b", half, Duration.ofMinutes(1));
        hidden("a/.bucky-replace-" + ID + "/b", whole);
        replacementBegan(Duration.ofMinutes(10));
        walk("a");
        byte[] result = Files.readAllBytes(fixture.path("a.b"));
        assertThat(points(result)).containsExactly("2=2.0", "3=3.0", "20=25.0", "28=33.0", "30=35.0");
        assertThat(result).hasSize(whole.length);
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
        // What was aggregated is right, too.
        assertThat(fixture.fill("a.b", result).outcome()).isEqualTo(StoreResult.Outcome.UNCHANGED);
    }

    @Test
    void keepsNothingWhereWhatStandsInAHalfReplacedFileIsNotKnown() throws IOException {
        byte[] whole = whisper(5, 30, 20);
        hidden("a/.bucky-replace-" + ID + "/b", whole);
        byte[] otherSchema = whisper(0, 3, 2);
        // One slot more in the finest archive than there was.
        otherSchema[27]++;
        for (byte[] half : List.of(otherSchema, new byte[100], new byte[0])) {
            hidden("a/.bucky-replace-" + ID + "/b", whole);
            replacementBegan(Duration.ofMinutes(10));
            fixture.place("a.b", half, Duration.ofMinutes(1));
            fixture.store.leftovers().leftoversIn("a");
            assertThat(fixture.path("a.b")).hasBinaryContent(whole);
        }
    }

    @Test
    void readsNoHalfReplacedFileEvenBeforeTheWalkComesBy() throws IOException {
        byte[] whole = whisper(5, 1, 2);
        fixture.place("a.b", Arrays.copyOf(whole, 100), Duration.ofMinutes(1));
        hidden("a/.bucky-replace-" + ID + "/b", whole);
        assertThat(fixture.read("a.b")).isEqualTo(whole);
    }

    @Test
    void looksAgainAtAHalfReplacedFileWhenItIsAskedForIt() throws IOException {
        byte[] whole = whisper(5, 1, 2);
        Path file = fixture.place("a.b", Arrays.copyOf(whole, 100), Duration.ofMinutes(1));
        Path hidden = folder.resolve("a/.bucky-replace-" + ID);
        hidden("a/.bucky-replace-" + ID + "/b", whole);
        // A disk that fails all the time: what is hidden there is no file that could be applied.
        Files.delete(hidden.resolve("b"));
        Files.createDirectories(hidden.resolve("b"));
        HalfReplaced noted = fixture.store.halfReplaced();
        noted.add(metric("a.b"), hidden.getFileName().toString());
        walk("a");

        assertThatThrownBy(() -> fixture.read("a.b")).hasMessageContaining("half replaced");
        // What bucky modify does on this machine: it applies the rest, and then takes it away.
        Files.write(file, whole);
        Files.delete(hidden.resolve("b"));
        Files.delete(hidden);

        assertThat(fixture.read("a.b")).isEqualTo(whole);
        assertThat(noted.of(metric("a.b"))).isEmpty();
    }

    @Test
    void makesTheMetricWhoseFileIsGoneFromAWholeReplacement() throws IOException {
        byte[] whole = whisper(5, 1, 2);
        hidden("a/.bucky-replace-" + ID + "/b", whole);
        walk("a");
        assertThat(fixture.path("a.b")).hasBinaryContent(whole);
        assertThat(fixture.events).containsExactly("created a.b");
    }

    @Test
    void putsBackWhatWasAboutToBeDeleted() throws IOException {
        byte[] content = whisper(0, 1);
        hidden("a/.bucky-retire-" + ID + "/b", content);
        walk("a");
        assertThat(fixture.path("a.b")).hasBinaryContent(content);
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
        assertThat(fixture.events).containsExactly("created a.b");
    }

    @Test
    void putsBackEveryFileOfARunOfDeletes() throws IOException {
        byte[] content = whisper(0, 1, 2);
        hidden("a/.bucky-retire-" + ID + "/b", content);
        hidden("a/.bucky-retire-" + ID + "/c", content);
        hidden("a/.bucky-retire-" + ID + "/d", content);
        fixture.place("a.c", whisper(100, 1), Duration.ZERO);
        walk("a");
        assertThat(fixture.path("a.b")).hasBinaryContent(content);
        assertThat(points(Files.readAllBytes(fixture.path("a.c")))).containsExactly("1=101.0", "2=2.0");
        assertThat(fixture.path("a.d")).hasBinaryContent(content);
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp", "a/c.wsp", "a/d.wsp");
    }

    @Test
    void putsBackTheOthersWhereOneOfARunCannotBePutBack() throws IOException {
        byte[] content = whisper(0, 1, 2);
        hidden("a/.bucky-retire-" + ID + "/b", content);
        hidden("a/.bucky-retire-" + ID + "/c", content);
        hidden("a/.bucky-retire-" + ID + "/d", content);
        fixture.place("a.c", new byte[200], Duration.ZERO);
        walk("a");
        assertThat(fixture.path("a.b")).hasBinaryContent(content);
        assertThat(folder.resolve("a/.bucky-retire-" + ID + "/c")).hasBinaryContent(content);
        assertThat(fixture.path("a.d")).hasBinaryContent(content);
    }

    @Test
    void fillsWhatWasAboutToBeDeletedIntoAFileThatWasMadeSince() throws IOException {
        hidden(".bucky-retire-" + ID + "/b", whisper(0, 1, 2));
        fixture.place("b", whisper(100, 1), Duration.ZERO);
        walk("");
        assertThat(points(Files.readAllBytes(fixture.path("b")))).containsExactly("1=101.0", "2=2.0");
        assertThat(fixture.tree()).containsExactly("b.wsp");
    }

    @Test
    void keepsWhatCannotBeFilledIntoTheNewFile() throws IOException {
        byte[] points = whisper(0, 1, 2);
        byte[] damaged = new byte[200];
        hidden("a/.bucky-retire-" + ID + "/b", points);
        fixture.place("a.b", damaged, Duration.ZERO);
        walk("a");
        assertThat(folder.resolve("a/.bucky-retire-" + ID + "/b")).hasBinaryContent(points);
        assertThat(fixture.path("a.b")).hasBinaryContent(damaged);
    }

    @Test
    void findsAMetricThatIsStillHiddenBeforeTheWalkComesBy() throws IOException {
        byte[] content = whisper(0, 1);
        hidden("a/.bucky-retire-" + ID + "/b", content);
        assertThat(fixture.store.stat(metric("a.b"))).isPresent();
        assertThat(fixture.read("a.b")).isEqualTo(content);
    }

    @Test
    void worksOnAMetricOnlyAfterItsDirectoryIsInOrder() throws IOException {
        hidden("a/.bucky-retire-" + ID + "/b", whisper(0, 1));
        fixture.fill("a.b", whisper(100, 1, 2));
        assertThat(points(Files.readAllBytes(fixture.path("a.b")))).containsExactly("1=1.0", "2=102.0");
        assertThat(fixture.tree()).containsExactly("a/", "a/b.wsp");
    }

    @Test
    void removesEmptyHiddenDirectories() throws IOException {
        Files.createDirectories(folder.resolve("a/.bucky-retire-" + ID));
        Files.createDirectories(folder.resolve("a/.bucky-replace-" + ID));
        walk("a");
        assertThat(fixture.tree()).containsExactly("a/");
    }

    @Test
    void aKilledUploadIsGoneAfterTheRestart() throws IOException {
        fixture.place("a.c", whisper(0, 1), Duration.ZERO);
        Incoming abandoned = fixture.upload("a.b", whisper(0, 1));
        fixture.reopen();
        walk("a");
        assertThat(fixture.tree()).containsExactly("a/", "a/c.wsp");
        assertThat(abandoned.size()).isPositive();
    }
}
