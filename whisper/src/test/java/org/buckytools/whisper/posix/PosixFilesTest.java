package org.buckytools.whisper.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PosixFilesTest {
    @TempDir
    private Path folder;

    @FunctionalInterface
    private interface Rename {
        boolean apply(Path from, Path to) throws IOException;
    }

    @Test
    void renamesWhereNothingIs() throws IOException {
        renamesButReplacesNothing(PosixFiles::renameNoReplace);
    }

    @Test
    void renamesByLinkingWhereTheFileSystemCannotDoBetter() throws IOException {
        renamesButReplacesNothing(PosixFiles::linkAndUnlink);
    }

    private void renamesButReplacesNothing(Rename rename) throws IOException {
        Path from = Files.writeString(folder.resolve("from"), "new");
        Path to = Files.writeString(folder.resolve("to"), "old");
        assertThat(rename.apply(from, to)).isFalse();
        assertThat(to).hasContent("old");
        assertThat(from).hasContent("new");
        Files.delete(to);
        assertThat(rename.apply(from, to)).isTrue();
        assertThat(to).hasContent("new");
        assertThat(from).doesNotExist();
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> rename.apply(from, folder.resolve("else")))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }

    @Test
    void replacesNoDanglingLinkEither() throws IOException {
        Path from = Files.createFile(folder.resolve("from"));
        Path to = Files.createSymbolicLink(folder.resolve("to"), folder.resolve("nowhere"));
        assertThat(PosixFiles.renameNoReplace(from, to)).isFalse();
    }

    @Test
    void tellsWhatAFileIs() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "12345");
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_448_733_042, 123_456_789)));
        FileStatus status = FileStatus.of(file);
        Map<String, Object> expected = Files.readAttributes(file, "unix:*");
        assertThat(status.inode()).isEqualTo(expected.get("ino"));
        assertThat(status.mode()).isEqualTo(expected.get("mode"));
        assertThat(status.uid()).isEqualTo(expected.get("uid"));
        assertThat(status.gid()).isEqualTo(expected.get("gid"));
        assertThat(status.links()).isEqualTo(1).isEqualTo(expected.get("nlink"));
        assertThat(status.size()).isEqualTo(5);
        assertThat(status.modifiedSeconds()).isEqualTo(1_448_733_042);
        assertThat(status.modifiedNanos()).isEqualTo(123_456_789);
        FileTime changed = (FileTime) expected.get("ctime");
        assertThat(Instant.ofEpochSecond(status.changedSeconds(), status.changedNanos()))
                .isEqualTo(changed.toInstant());
        assertThat(status.isRegularFile()).isTrue();
        assertThat(status.isDirectory()).isFalse();
        assertThat(FileStatus.of(folder).isDirectory()).isTrue();
        assertThat(FileStatus.of(Path.of("/dev/null")).type()).isEqualTo(FileType.OTHER);
    }

    @Test
    void tellsLinksFromWhatTheyLeadTo() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path other = Files.createFile(folder.resolve("other"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertThat(FileStatus.ofLink(link).type()).isEqualTo(FileType.LINK);
        assertThat(FileStatus.of(link).isSameFile(FileStatus.of(file))).isTrue();
        assertThat(FileStatus.of(other).isSameFile(FileStatus.of(file))).isFalse();
        assertThat(FileStatus.find(folder.resolve("missing"))).isEmpty();
        assertThat(FileStatus.find(file.resolve("below-a-file"))).isEmpty();
        assertThat(FileStatus.find(link))
                .hasValueSatisfying(s -> assertThat(s.type()).isEqualTo(FileType.LINK));
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> FileStatus.of(folder.resolve("missing")))
                .withMessageContaining("ENOENT");
    }

    @Test
    void readsADirectoryWithTypesAndWithoutDots() throws IOException {
        Map<String, FileType> expected = new HashMap<>();
        for (int i = 0; i < 700; i++) {
            String name = "a-name-long-enough-to-need-several-calls-" + "ü".repeat(i % 50) + i;
            Files.createFile(folder.resolve(name));
            expected.put(name, FileType.REGULAR);
        }
        Files.createDirectory(folder.resolve(".hidden"));
        Files.createDirectory(folder.resolve("..x"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("nowhere"));
        expected.put(".hidden", FileType.DIRECTORY);
        expected.put("..x", FileType.DIRECTORY);
        expected.put("link", FileType.LINK);

        Map<String, FileType> found = new HashMap<>();
        try (DirectoryReader reader = DirectoryReader.open(folder)) {
            while (reader.next()) {
                String name = new String(reader.name(), UTF_8);
                assertThat(found.put(name, reader.type())).isNull();
                if (name.equals("link")) {
                    assertThat(reader.inode())
                            .isEqualTo(Files.getAttribute(folder.resolve(name), "unix:ino", LinkOption.NOFOLLOW_LINKS));
                    assertThat(FileStatus.ofEntry(reader.directory(), reader.name())
                                    .type())
                            .isEqualTo(FileType.LINK);
                    byte[] copy = new byte[6];
                    reader.copyName(copy, 1);
                    assertThat(new String(copy, 1, reader.nameLength(), UTF_8)).isEqualTo("link");
                    assertThat(reader.nameByte(0)).isEqualTo((byte) 'l');
                }
            }
            assertThat(reader.next()).isFalse();
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void entersDirectoriesButNoLinksToThem() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.createFile(inner.resolve("x"));
        Files.createSymbolicLink(folder.resolve("link"), inner);
        try (DirectoryReader reader = DirectoryReader.open(folder)) {
            while (reader.next()) {
                if (reader.type() == FileType.DIRECTORY) {
                    try (DirectoryReader below = reader.openEntry()) {
                        assertThat(below.next()).isTrue();
                        assertThat(below.name()).isEqualTo(new byte[] {'x'});
                        assertThat(below.next()).isFalse();
                    }
                } else {
                    assertThatExceptionOfType(PosixException.class)
                            .isThrownBy(reader::openEntry)
                            .withMessageContaining(folder + "/link");
                }
            }
        }
    }

    @Test
    void readsNamesThatAreNotUtf8() throws IOException {
        try (Descriptor directory = Descriptor.open(folder, OpenFlag.DIRECTORY)) {
            byte[] name = {'a', (byte) 0xff, (byte) 0xfe, 'z'};
            Descriptor.openAt(directory, name, OpenFlag.WRITE, OpenFlag.CREATE_NEW)
                    .close();
            try (DirectoryReader reader = DirectoryReader.open(folder)) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.name()).isEqualTo(name);
            }
            PosixFiles.unlinkAt(directory, name);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesToReadWhatIsNoDirectory() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> DirectoryReader.open(file))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOTDIR));
    }
}
