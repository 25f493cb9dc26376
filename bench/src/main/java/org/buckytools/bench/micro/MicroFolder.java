package org.buckytools.bench.micro;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where files are made: in memory if the machine has such a place, so that no disk is measured. */
final class MicroFolder {
    private static final Path MEMORY = Path.of("/dev/shm");

    private MicroFolder() {}

    static Path parent() {
        return Files.isWritable(MEMORY) ? MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    }
}
