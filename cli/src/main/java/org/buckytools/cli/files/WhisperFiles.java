package org.buckytools.cli.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.buckytools.whisper.posix.DirectoryReader;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileType;

/**
 * The Whisper files below a directory: every regular file that ends in {@code .wsp}, in hidden directories too, the names of a
 * directory in the order of their bytes. The directory itself may be a link; links below it are not followed.
 */
final class WhisperFiles {
    private static final String SUFFIX = ".wsp";

    private final Visitor visitor;

    /** What is told about the files. */
    interface Visitor {
        /** A regular file named as a Whisper file. */
        void file(Path file) throws IOException;

        /** A symbolic link, which was not followed, whatever it leads to. */
        default void link(Path link) {}

        /** A file or directory that cannot be looked at, or whose name is none; the walk goes on. */
        void failed(Path path, String reason) throws IOException;

        /** Whether to end the walk here. */
        boolean isOver();

        /**
         * What the walk would have gone on with when {@link #isOver} ended it: a directory, or something named as a Whisper file.
         * Called for the directory in which it ended and then for those around it; not for one in which nothing is left.
         */
        default void left(Path next) {}
    }

    private WhisperFiles(Visitor visitor) {
        this.visitor = visitor;
    }

    /** Whether a file is one by its name. */
    static boolean isNamedSo(Path file) {
        return file.toString().endsWith(SUFFIX);
    }

    /**
     * Goes through all files below a directory.
     *
     * @param root a directory, or a link to one
     * @throws IOException only what the visitor throws
     */
    static void walk(Path root, Visitor visitor) throws IOException {
        new WhisperFiles(visitor).directory(root, () -> DirectoryReader.open(root));
    }

    private interface Opening {
        DirectoryReader open() throws IOException;
    }

    private static final class Entry {
        final byte[] name;
        final FileType type;

        Entry(byte[] name, FileType type) {
            this.name = name;
            this.type = type;
        }
    }

    private void directory(Path path, Opening opening) throws IOException {
        DirectoryReader opened;
        List<Entry> entries;
        try {
            opened = opening.open();
        } catch (IOException e) {
            visitor.failed(path, e.getMessage());
            return;
        }
        try (DirectoryReader directory = opened) {
            try {
                entries = entries(directory);
            } catch (IOException e) {
                visitor.failed(path, e.getMessage());
                return;
            }
            for (int i = 0; i < entries.size(); i++) {
                if (visitor.isOver()) {
                    entries.subList(i, entries.size()).stream()
                            .filter(WhisperFiles::isWanted)
                            .findFirst()
                            .ifPresent(next -> visitor.left(path.resolve(readable(next))));
                    return;
                }
                entry(path, directory, entries.get(i));
            }
        }
    }

    private static List<Entry> entries(DirectoryReader directory) throws IOException {
        List<Entry> entries = new ArrayList<>();
        while (directory.next()) {
            entries.add(new Entry(directory.name(), directory.type()));
        }
        entries.sort((a, b) -> Arrays.compareUnsigned(a.name, b.name));
        return entries;
    }

    private void entry(Path parent, DirectoryReader directory, Entry entry) throws IOException {
        String name;
        try {
            name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(entry.name))
                    .toString();
        } catch (CharacterCodingException e) {
            if (isWanted(entry)) {
                visitor.failed(parent.resolve(readable(entry)), "its name is not UTF-8");
            }
            return;
        }
        Path path = parent.resolve(name);
        FileType type = entry.type;
        if (type == FileType.UNKNOWN) {
            try {
                type = FileStatus.ofEntry(directory.directory(), entry.name).type();
            } catch (IOException e) {
                visitor.failed(path, e.getMessage());
                return;
            }
        }
        switch (type) {
            case DIRECTORY -> directory(path, () -> DirectoryReader.open(directory.directory(), entry.name));
            case REGULAR -> {
                if (isNamedSo(path)) {
                    visitor.file(path);
                }
            }
            case LINK -> visitor.link(path);
            // Pipes and the like.
            case OTHER, UNKNOWN -> {}
        }
    }

    /** Its name for people to read. */
    private static String readable(Entry entry) {
        return new String(entry.name, StandardCharsets.UTF_8);
    }

    /** Whether something that was not looked at may hold points. */
    private static boolean isWanted(Entry entry) {
        byte[] suffix = SUFFIX.getBytes(StandardCharsets.US_ASCII);
        int at = entry.name.length - suffix.length;
        return entry.type == FileType.DIRECTORY
                || (at >= 0 && Arrays.equals(entry.name, at, entry.name.length, suffix, 0, suffix.length));
    }
}
