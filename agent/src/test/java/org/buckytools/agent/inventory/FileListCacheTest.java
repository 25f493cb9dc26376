package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.buckytools.agent.store.LeftoverRecovery;
import org.buckytools.protocol.MetricName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileListCacheTest {
    @TempDir
    private Path directory;

    private Path root;
    private Path cache;

    @BeforeEach
    void name() {
        root = directory.resolve("store");
        cache = directory.resolve("cache.gzip");
    }

    private void stored(String... paths) throws IOException {
        for (String path : paths) {
            Path file = root.resolve(path.substring(1));
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }
    }

    private static byte[] plain(int version, List<byte[]> paths) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        if (version == 2) {
            out.writeByte(0x7f);
            out.writeBytes("flc02");
        }
        for (byte[] path : paths) {
            if (version == 2) {
                out.writeLong(path.length);
            }
            out.write(path);
            if (version == 2) {
                out.writeLong(1_359_400);
                out.writeLong(1_361_920);
                out.writeLong(113_280);
                out.writeLong(1_700_000_000);
            }
            out.writeByte('\n');
        }
        return bytes.toByteArray();
    }

    private static byte[] gzipped(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    private void listed(int version, String... paths) throws IOException {
        Files.write(
                cache,
                gzipped(plain(
                        version,
                        Arrays.stream(paths).map(path -> path.getBytes(UTF_8)).toList())));
    }

    private Optional<FileListCache.Listed> read() throws IOException {
        return FileListCache.read(cache, root, () -> false);
    }

    private void refused(String why) {
        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void readsWhatGoCarbonWrites(int version) throws IOException {
        String[] files = {"/a/b.wsp", "/a-b.wsp", "/a.wsp", "/hä/x;y=z.wsp", "/carbon/agents/x.wsp"};
        stored(files);
        // In the order of a walk by paths, with the directories of version 1.
        listed(version, "", "/a", files[0], files[1], files[2], "/carbon", "/carbon/agents", files[4], "/hä", files[3]);
        Instant written = Instant.ofEpochSecond(1_700_000_000);
        Files.setLastModifiedTime(cache, FileTime.from(written));
        FileListCache.Listed listed = read().orElseThrow();
        assertThat(listed.names()).containsExactly("a", "a-b", "a.b", "carbon.agents.x", "hä.x;y=z");
        assertThat(listed.written()).isEqualTo(written);
    }

    @Test
    void readsALastLineWithoutAnEnd() throws IOException {
        stored("/a.wsp", "/b.wsp");
        Files.write(cache, gzipped("/a.wsp\n/b.wsp".getBytes(UTF_8)));
        assertThat(read().orElseThrow().names()).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void readsMoreThanItsBufferHolds(int version) throws IOException {
        String[] paths = IntStream.range(0, 5000)
                .mapToObj(i -> "/" + "x".repeat(200) + i + "/m.wsp")
                .toArray(String[]::new);
        // Those that are looked for: every fiftieth in the order of names.
        String[] sorted = paths.clone();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i += 50) {
            stored(sorted[i]);
        }
        listed(version, paths);
        assertThat(read().orElseThrow().names().size()).isEqualTo(5000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void leavesOutWhatWouldLeaveTheStoreOrIsNoMetric(int version) throws IOException {
        String longest = "/" + "x".repeat(255) + "/" + "y".repeat(251) + ".wsp";
        stored("/good.wsp", longest);
        List<byte[]> paths = Stream.of(
                        "/good.wsp",
                        longest,
                        "/../../etc/passwd.wsp",
                        "/a/../b.wsp",
                        "/..wsp",
                        "//a.wsp",
                        "/a//b.wsp",
                        "relative.wsp",
                        ".wsp",
                        "/.wsp",
                        "/a/.wsp",
                        "/.hidden/a.wsp",
                        "/a.b.wsp",
                        "/a\0b.wsp",
                        "/" + "x".repeat(252) + ".wsp",
                        "/" + "x".repeat(256) + "/a.wsp",
                        "/é" + "x".repeat(250) + ".wsp",
                        "/" + "x".repeat(250) + "/a".repeat(1500) + ".wsp")
                .map(path -> path.getBytes(UTF_8))
                .collect(Collectors.toList());
        paths.add("/caf\u00e9.wsp".getBytes(ISO_8859_1));
        Files.write(cache, gzipped(plain(version, paths)));
        assertThat(read().orElseThrow().names())
                .containsExactly(
                        "good", longest.substring(1, longest.length() - 4).replace('/', '.'))
                .allMatch(MetricName::isValid);
    }

    @Test
    void aListThatIsNotThereIsNone() throws IOException {
        assertThat(read()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aListIsTakenWholeOrNotAtAll(int version) throws IOException {
        stored("/a.wsp", "/b.wsp");
        byte[] whole = gzipped(plain(version, List.of("/a.wsp".getBytes(UTF_8), "/b.wsp".getBytes(UTF_8))));
        for (int length = 0; length < whole.length; length++) {
            Files.write(cache, Arrays.copyOf(whole, length));
            assertThatThrownBy(this::read).as("cut to " + length).isInstanceOf(IOException.class);
        }
        for (int at = 10; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x55;
            Files.write(cache, damaged);
            assertThatThrownBy(this::read).as("damaged at " + at).isInstanceOf(IOException.class);
        }
        Files.write(cache, whole);
        assertThat(read()).isPresent();
    }

    @Test
    void refusesWhatIsNoList() throws IOException {
        stored("/a.wsp");
        Files.writeString(cache, "/a.wsp\n");
        refused("Not in GZIP format");
        Files.write(cache, gzipped("x".repeat(9000).getBytes(UTF_8)));
        refused("a line of more than 8192 bytes");
        byte[] two = plain(2, List.of("/a.wsp".getBytes(UTF_8)));
        two[two.length - 1] = 'x';
        Files.write(cache, gzipped(two));
        refused("entry 1 does not end where it should");
        two[6] = 1;
        Files.write(cache, gzipped(two));
        refused("entry 1 has a path of 72057594037927942 bytes");
        two[6] = -1;
        Files.write(cache, gzipped(two));
        refused("entry 1 has a path of 18374686479671623686 bytes");
        Files.write(cache, gzipped(Arrays.copyOf(plain(2, List.of("/a.wsp".getBytes(UTF_8))), 30)));
        refused("it is cut off");
        listed(1, "/a", "/b");
        refused("it has no metrics");
        Files.delete(cache);
        Files.createDirectory(cache);
        refused("it is no regular file");
    }

    @Test
    void refusesTheListOfAnotherStore() throws IOException {
        stored("/a.wsp");
        listed(1, "/b.wsp", "/c.wsp", "/a.wsp");
        refused("of 3 metrics in it 1 are below " + root + "; it is too old, or of another directory");
        stored("/b.wsp");
        assertThat(read()).isPresent();
    }

    @Test
    void aListThatGoesOnAndOnIsGivenUp() throws IOException {
        Files.write(cache, gzipped("\n".repeat(1001).getBytes(UTF_8)));
        assertThatThrownBy(() -> FileListCache.read(cache, root, () -> false, 1000))
                .isInstanceOf(IOException.class)
                .hasMessage("it has more than 1000 paths");
    }

    @Test
    void isTheListUntilAWalkReplacesIt() throws Exception {
        stored("/a/new.wsp", "/b.wsp", "/d.wsp", "/x/.bucky-0123456789abcdef");
        listed(2, "/b.wsp", "/d.wsp", "/gone.wsp");
        Files.setLastModifiedTime(cache, FileTime.from(Instant.now().minus(Duration.ofMinutes(10))));
        CountDownLatch walk = new CountDownLatch(1);
        CountDownLatch walkGoesOn = new CountDownLatch(1);
        LeftoverRecovery slow = new LeftoverRecovery() {
            @Override
            public void leftoversIn(String folder) {
                walk.countDown();
                try {
                    walkGoesOn.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void walkCompleted() {}
        };
        try (Inventory inventory = new Inventory(root, Duration.ofHours(1), InstantSource.system())) {
            inventory.start(slow, Optional.of(cache));
            walk.await();
            assertThat(names(inventory)).containsExactly("b", "d", "gone");
            stored("/e.wsp");
            inventory.created(new MetricName("e"));
            inventory.deleted(new MetricName("d"));
            Files.delete(root.resolve("d.wsp"));
            assertThat(names(inventory)).containsExactly("b", "e", "gone");
            assertThat(inventory.status().ready()).isTrue();
            assertThat(inventory.status().builtAt().orElseThrow())
                    .isBefore(Instant.now().minusSeconds(500));
            assertThat(inventory.snapshot(true)).as("asked for anew").isEmpty();
            walkGoesOn.countDown();
            while (inventory
                    .status()
                    .builtAt()
                    .orElseThrow()
                    .isBefore(Instant.now().minusSeconds(500))) {
                Thread.onSpinWait();
            }
            assertThat(names(inventory)).containsExactly("a.new", "b", "e");
        }
    }

    @Test
    void withoutAUsableListTheStoreIsWalked() throws Exception {
        stored("/a.wsp");
        Files.writeString(cache, "nonsense");
        try (Inventory inventory = new Inventory(root, Duration.ofHours(1), InstantSource.system())) {
            inventory.start(LeftoverRecovery.NONE, Optional.of(cache));
            while (!inventory.status().ready()) {
                Thread.onSpinWait();
            }
            assertThat(names(inventory)).containsExactly("a");
        }
    }

    private static List<String> names(Inventory inventory) throws IOException {
        List<String> names = new ArrayList<>();
        inventory
                .snapshot(false)
                .orElseThrow()
                .forEach(NameFilter.ALL, (name, length) -> names.add(new String(name, 0, length, UTF_8)));
        return names;
    }
}
