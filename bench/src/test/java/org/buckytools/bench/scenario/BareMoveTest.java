package org.buckytools.bench.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BareMoveTest {
    private static final int SIZE = 300_000;

    @TempDir
    Path folder;

    @Test
    void movesEveryFileWithItsBytes() throws Exception {
        Path from = folder.resolve("from");
        Path to = Files.createDirectory(folder.resolve("to"));
        Random random = new Random(1);
        byte[][] contents = new byte[70][SIZE];
        for (int i = 0; i < contents.length; i++) {
            random.nextBytes(contents[i]);
            Path file = from.resolve("a" + i % 3).resolve("m" + i + ".wsp");
            Files.createDirectories(file.getParent());
            Files.write(file, contents[i]);
        }

        BareMove.Took took = BareMove.move(from, to, SIZE);

        assertThat(took.seconds()).isPositive();
        for (int i = 0; i < contents.length; i++) {
            String name = "a" + i % 3 + "/m" + i + ".wsp";
            assertThat(from.resolve(name)).doesNotExist();
            assertThat(to.resolve(name)).hasBinaryContent(contents[i]);
        }
        try (var left = Files.walk(to)) {
            assertThat(left.filter(Files::isRegularFile)).hasSize(contents.length);
        }
    }

    @Test
    @Timeout(20)
    void failsInsteadOfWaitingWhereAFileIsShort() throws Exception {
        Path from = Files.createDirectory(folder.resolve("from"));
        Path to = Files.createDirectory(folder.resolve("to"));
        Files.write(from.resolve("m.wsp"), new byte[SIZE - 1]);
        Files.write(from.resolve("n.wsp"), new byte[SIZE - 1]);

        assertThatThrownBy(() -> BareMove.move(from, to, SIZE)).isInstanceOf(IOException.class);
        assertThat(from.resolve("m.wsp")).exists();
    }
}
