package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.buckytools.agent.store.LeftoverRecovery;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.names.NameList;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalkTest {
    @TempDir
    Path root;

    private static Walk.Result walk(Path root) throws IOException {
        return walk(root, LeftoverRecovery.NONE);
    }

    private static Walk.Result walk(Path root, LeftoverRecovery recovery) throws IOException {
        return new Walk(root, recovery, 3).run().orElseThrow();
    }

    private void file(String path) throws IOException {
        file(root, path);
    }

    private static void file(Path root, String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
    }

    @Property(tries = 25)
    void findsWhatIsThereInTheOrderOfTheDottedNames(@ForAll long seed) throws IOException {
        Path store = Files.createTempDirectory("walk");
        try {
            Random random = new Random(seed);
            // Characters below and above the dot and the slash, and some that order differently as UTF-16.
            List<String> parts = List.of(
                    "a",
                    "a-",
                    "a-b",
                    "a0",
                    "a b",
                    "a!",
                    "a/",
                    "b",
                    "A",
                    "_",
                    "~",
                    "é",
                    "\uffee",
                    "\ud83d\ude00",
                    "a+b",
                    "a,");
            TreeSet<byte[]> expected = new TreeSet<>(Arrays::compareUnsigned);
            int count = random.nextInt(100);
            for (int i = 0; i < count; i++) {
                List<String> path = new ArrayList<>();
                int depth = 1 + random.nextInt(4);
                for (int d = 0; d < depth; d++) {
                    path.add(parts.get(random.nextInt(parts.size())).replace("/", ""));
                }
                file(store, String.join("/", path) + ".wsp");
                expected.add(String.join(".", path).getBytes(UTF_8));
            }
            List<String> names =
                    expected.stream().map(name -> new String(name, UTF_8)).toList();
            assertThat(walk(store).names()).containsExactlyElementsOf(names);
        } finally {
            remove(store);
        }
    }

    private static void remove(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void sortsAFolderOfThousands() throws IOException {
        List<String> expected = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            expected.add(String.format("big.metric_%05d", i));
            numbers.add(i);
        }
        Collections.shuffle(numbers, new Random(1));
        for (int i : numbers) {
            file(String.format("big/metric_%05d.wsp", i));
        }
        assertThat(walk(root).names()).containsExactlyElementsOf(expected);
    }

    @Test
    void followsNoLinkBelowTheRoot() throws IOException {
        file("real/a.wsp");
        Files.createSymbolicLink(root.resolve("folder"), Path.of("real"));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("."));
        Files.createSymbolicLink(root.resolve("file.wsp"), Path.of("real/a.wsp"));
        assertThat(walk(root).names()).containsExactly("real.a");
    }

    @Test
    void leavesOutWhatIsNoMetric() throws IOException {
        file("a.wsp");
        file("a.txt");
        file("wsp");
        file(".wsp");
        file(".hidden.wsp");
        file(".hidden/a.wsp");
        Files.createDirectories(root.resolve("empty/folder"));
        Walk.Result result = walk(root);
        assertThat(result.names()).containsExactly("a");
        assertThat(result.strange().count()).isZero();
        assertThat(result.unreadable()).isZero();
        assertThat(result.thorough()).isTrue();
    }

    @Test
    void countsMetricFilesWithNamesThatDoNotComeBack() throws IOException {
        file("good.wsp");
        file("a.b.wsp");
        file("x.y/c.wsp");
        file("x.y/deeper/d.wsp");
        file("x.y/.hidden.wsp");
        file("x.y/notes.txt");
        file("folder.wsp/e.wsp");
        Files.createDirectories(root.resolve("empty.but/harmless"));
        Walk.Result result = walk(root);
        assertThat(result.names()).containsExactly("good");
        assertThat(result.strange().count()).isEqualTo(4);
        assertThat(result.strange().examples())
                .containsExactlyInAnyOrder(
                        root + "/a.b.wsp", root + "/x.y/c.wsp", root + "/x.y/deeper/d.wsp", root + "/folder.wsp/e.wsp");
    }

    @Test
    void countsNamesThatAreNotUtf8() throws IOException {
        file("good.wsp");
        file("café.wsp");
        Files.createDirectory(root.resolve("latin"));
        // Java cannot name such files.
        rename("latin", "l\u00e9");
        file("plain.wsp");
        rename("plain.wsp", "caf\u00e9.wsp");
        file("surrogate.wsp");
        // A half of a surrogate pair, and an overlong dot.
        rename("surrogate.wsp", "\u00ed\u00a0\u0080.wsp");
        file("overlong.wsp");
        rename("overlong.wsp", "\u00c0\u00ae.wsp");
        Walk.Result result = walk(root);
        assertThat(result.names()).containsExactly("café", "good");
        assertThat(result.strange().count()).isEqualTo(3);
        assertThat(result.strange().examples()).contains(root + "/caf\\xe9.wsp");
    }

    /** Gives a file a name of these bytes. */
    private void rename(String from, String latin1) throws IOException {
        StringBuilder to = new StringBuilder();
        for (byte b : latin1.getBytes(ISO_8859_1)) {
            to.append(String.format("\\%03o", b & 0xff));
        }
        Process mv = new ProcessBuilder("sh", "-c", "mv -- \"$1\" \"$(printf \"$2\")\"", "sh", from, to.toString())
                .directory(root.toFile())
                .inheritIO()
                .start();
        try {
            assertThat(mv.waitFor()).isZero();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aNameLongerThanTheProtocolAllowsIsStrange() throws IOException {
        String part = "p".repeat(250);
        // 12 folders of 251 bytes with the dot are 3012; 60 more are the most there can be.
        try (FileTree tree = FileTree.open(root)) {
            Path folder = Path.of("");
            Descriptor at = tree.root();
            List<Descriptor> opened = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                FileTree.createDirectory(at, part, 0755);
                at = FileTree.find(at, part, OpenFlag.DIRECTORY).orElseThrow();
                opened.add(at);
                folder = folder.resolve(part);
            }
            FileTree.create(at, "f".repeat(60) + ".wsp", 0644).orElseThrow().close();
            FileTree.create(at, "f".repeat(61) + ".wsp", 0644).orElseThrow().close();
            FileTree.createDirectory(at, "d".repeat(58), 0755);
            FileTree.createDirectory(at, "d".repeat(59), 0755);
            for (String name : List.of("d".repeat(58), "d".repeat(59))) {
                try (Descriptor inside =
                        FileTree.find(at, name, OpenFlag.DIRECTORY).orElseThrow()) {
                    FileTree.create(inside, "x.wsp", 0644).orElseThrow().close();
                }
            }
            for (Descriptor descriptor : opened) {
                descriptor.close();
            }
        }
        Walk.Result result = walk(root);
        assertThat(result.names()).hasSize(2).allMatch(name -> name.length() == MetricName.MAX_BYTES);
        assertThat(result.names()).allMatch(MetricName::isValid);
        assertThat(result.strange().count()).isEqualTo(2);
    }

    @Test
    void aFolderThatMayNotBeReadIsCountedAndTheOthersAreListed() throws IOException {
        file("a/x.wsp");
        file("b/x.wsp");
        file("c/x.wsp");
        Path forbidden = root.resolve("b");
        Files.setPosixFilePermissions(forbidden, PosixFilePermissions.fromString("---------"));
        try {
            assumeFalse(Files.isReadable(forbidden), "root may read every folder");
            Walk.Result result = walk(root);
            assertThat(result.names()).containsExactly("a.x", "c.x");
            assertThat(result.unreadable()).isEqualTo(1);
            assertThat(result.thorough()).as("nothing more can be done").isTrue();
        } finally {
            Files.setPosixFilePermissions(forbidden, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void aRootThatIsNoFolderFailsTheWalk() throws IOException {
        file("a.wsp");
        assertThatThrownBy(() -> walk(root.resolve("a.wsp")))
                .isInstanceOf(PosixException.class)
                .hasMessageContaining("ENOTDIR");
        assertThatThrownBy(() -> walk(root.resolve("none"))).hasMessageContaining("ENOENT");
    }

    @Test
    void whatARecoveryThrowsFailsTheWalkAndDoesNotHangIt() throws IOException {
        file("a/.bucky-0123456789abcdef");
        assertThatThrownBy(() -> walk(root, new LeftoverRecovery() {
                    @Override
                    public void leftoversIn(String directory) {
                        throw new IllegalArgumentException("as if it were broken");
                    }

                    @Override
                    public void walkCompleted() {}
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("as if it were broken");
    }

    @Test
    void toleratesFoldersThatComeAndGo() throws Exception {
        for (int i = 0; i < 200; i++) {
            file("stay/s" + i + "/m.wsp");
        }
        Thread other = Thread.ofPlatform().start(() -> {
            try {
                for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                    file("go/g" + i % 20 + "/m.wsp");
                    Files.delete(root.resolve("go/g" + i % 20 + "/m.wsp"));
                    Files.delete(root.resolve("go/g" + i % 20));
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        for (int i = 0; i < 20; i++) {
            Walk.Result result = walk(root);
            NameList names = result.names();
            assertThat(names.contains("stay.s0.m")).isTrue();
            assertThat(names.size()).isBetween(200, 220);
            assertThat(result.unreadable()).isZero();
        }
        other.interrupt();
        other.join();
    }
}
