package org.buckytools.whisper.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileTreeTest {
    @TempDir
    Path outside;

    private Path folder;
    private FileTree tree;

    @BeforeEach
    void openTree() throws IOException {
        folder = Files.createDirectories(outside.resolve("root"));
        Files.createDirectories(folder.resolve("a/b"));
        Files.writeString(folder.resolve("a/b/c"), "text");
        Files.writeString(outside.resolve("secret"), "secret");
        tree = FileTree.open(folder);
    }

    @AfterEach
    void closeTree() throws IOException {
        tree.close();
    }

    private void resolvePartByPart(boolean partByPart) {
        if (partByPart) {
            tree.resolvePartByPart();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void opensWhatIsThere(boolean partByPart) throws IOException {
        resolvePartByPart(partByPart);
        try (Descriptor file = tree.find("a/b/c").orElseThrow()) {
            assertThat(FileStatus.of(file).size()).isEqualTo(4);
        }
        try (Descriptor root = tree.find("", OpenFlag.DIRECTORY).orElseThrow()) {
            assertThat(FileStatus.of(root).isSameFile(FileStatus.of(folder))).isTrue();
        }
        assertThat(tree.status("a/b").orElseThrow().isDirectory()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void findsNothingWhereNothingIs(boolean partByPart) throws IOException {
        resolvePartByPart(partByPart);
        assertThat(tree.find("a/x/c")).isEmpty();
        assertThat(tree.find("a/b/x")).isEmpty();
        assertThat(tree.status("a/b/x")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void followsNoLinkBelowTheRoot(boolean partByPart) throws IOException {
        resolvePartByPart(partByPart);
        Files.createSymbolicLink(folder.resolve("linked"), Path.of("a"));
        Files.createSymbolicLink(folder.resolve("a/b/leaf"), Path.of("c"));
        Files.createSymbolicLink(folder.resolve("out"), outside);
        for (String path : new String[] {"linked/b/c", "a/b/leaf", "out/secret"}) {
            assertThatThrownBy(() -> tree.find(path))
                    .isInstanceOfSatisfying(
                            PosixException.class, e -> assertThat(e.errno()).isIn(Errno.ELOOP, Errno.ENOTDIR));
        }
        assertThat(tree.status("a/b/leaf").map(FileStatus::type)).isNotEqualTo(Optional.of(FileType.REGULAR));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leavesTheTreeByNoOtherWay(boolean partByPart) {
        resolvePartByPart(partByPart);
        for (String path : new String[] {"../secret", "a/../../secret", ".."}) {
            assertThatThrownBy(() -> tree.find(path))
                    .isInstanceOfSatisfying(
                            PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EXDEV));
            assertThatThrownBy(() -> tree.status(path)).isInstanceOf(PosixException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesNoNameForAnotherThatEndsAtANul(boolean partByPart) throws IOException {
        resolvePartByPart(partByPart);
        assertThatThrownBy(() -> tree.find("a/b/c\0.wsp")).isInstanceOf(InvalidPathException.class);
        assertThatThrownBy(() -> tree.status("a/b/c\0.wsp")).isInstanceOf(InvalidPathException.class);
        try (Descriptor directory = tree.find("a/b", OpenFlag.DIRECTORY).orElseThrow()) {
            assertThatThrownBy(() -> FileTree.remove(directory, "c\0.wsp")).isInstanceOf(InvalidPathException.class);
        }
        assertThat(folder.resolve("a/b/c")).exists();
    }

    @Test
    void followsALinkToTheRoot() throws IOException {
        Path link = Files.createSymbolicLink(outside.resolve("link"), folder);
        try (FileTree linked = FileTree.open(link)) {
            assertThat(linked.status("a/b/c")).isPresent();
        }
    }

    @Test
    void doesNotWaitForTheOtherEndOfAPipe() throws Exception {
        new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start().waitFor();
        try (Descriptor pipe = tree.find("pipe").orElseThrow()) {
            assertThat(FileStatus.of(pipe).isRegularFile()).isFalse();
        }
    }

    @Test
    void makesFilesAndDirectoriesOnceOnly() throws IOException {
        try (Descriptor directory = tree.find("a", OpenFlag.DIRECTORY).orElseThrow()) {
            assertThat(FileTree.createDirectory(directory, "new", 0755)).isTrue();
            assertThat(FileTree.createDirectory(directory, "new", 0755)).isFalse();
            FileTree.create(directory, "file", 0600).orElseThrow().close();
            assertThat(FileTree.create(directory, "file", 0600)).isEmpty();
            assertThat(FileTree.status(directory, "file").orElseThrow().permissions())
                    .isEqualTo(0600);
            assertThat(FileTree.find(directory, "none")).isEmpty();
        }
    }

    @Test
    void removesOnlyEmptyDirectories() throws IOException {
        try (Descriptor directory = tree.find("a", OpenFlag.DIRECTORY).orElseThrow();
                Descriptor inner = tree.find("a/b", OpenFlag.DIRECTORY).orElseThrow()) {
            assertThat(FileTree.removeEmptyDirectory(directory, "b")).isFalse();
            assertThat(FileTree.remove(inner, "c")).isTrue();
            assertThat(FileTree.remove(inner, "c")).isFalse();
            assertThat(FileTree.removeEmptyDirectory(directory, "b")).isTrue();
            assertThat(FileTree.removeEmptyDirectory(directory, "b")).isFalse();
            assertThatThrownBy(() -> FileTree.create(inner, "late", 0600))
                    .isInstanceOfSatisfying(
                            PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
        }
    }

    @Test
    void renamesWithoutReplacing() throws IOException {
        Files.writeString(folder.resolve("a/other"), "other");
        try (Descriptor a = tree.find("a", OpenFlag.DIRECTORY).orElseThrow();
                Descriptor b = tree.find("a/b", OpenFlag.DIRECTORY).orElseThrow()) {
            assertThat(FileTree.renameNoReplace(b, "c", a, "other")).isFalse();
            assertThat(FileTree.renameNoReplace(b, "c", a, "moved")).isTrue();
        }
        assertThat(folder.resolve("a/other")).hasContent("other");
        assertThat(folder.resolve("a/moved")).hasContent("text");
        assertThat(folder.resolve("a/b")).isEmptyDirectory();
    }
}
