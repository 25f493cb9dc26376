package org.buckytools.bench.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LeanMoveTest {
    private static final int SIZE = 300_000;

    @TempDir
    Path folder;

    private static Stream<MoveSteps> steps() {
        return Stream.of(new BareSteps(), new CarefulSteps());
    }

    @ParameterizedTest
    @MethodSource("steps")
    void movesEveryFileWithItsBytes(MoveSteps steps) throws Exception {
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

        LeanMove.Took took = LeanMove.move(steps, from, to, SIZE);

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

    @ParameterizedTest
    @MethodSource("steps")
    @Timeout(20)
    void failsInsteadOfWaitingWhereAFileIsShort(MoveSteps steps) throws Exception {
        Path from = Files.createDirectory(folder.resolve("from"));
        Path to = Files.createDirectory(folder.resolve("to"));
        Files.write(from.resolve("m.wsp"), new byte[SIZE - 1]);
        Files.write(from.resolve("n.wsp"), new byte[SIZE - 1]);

        assertThatThrownBy(() -> LeanMove.move(steps, from, to, SIZE)).isInstanceOf(IOException.class);
        assertThat(from.resolve("m.wsp")).exists();
    }

    @Test
    @Timeout(20)
    void aCarefulMoveReplacesNothing() throws Exception {
        Path from = Files.createDirectory(folder.resolve("from"));
        Path to = Files.createDirectory(folder.resolve("to"));
        Files.write(from.resolve("m.wsp"), new byte[SIZE]);
        Files.write(to.resolve("m.wsp"), new byte[] {1});

        assertThatThrownBy(() -> LeanMove.move(new CarefulSteps(), from, to, SIZE))
                .isInstanceOf(IOException.class);
        assertThat(from.resolve("m.wsp")).exists();
        assertThat(to.resolve("m.wsp")).hasBinaryContent(new byte[] {1});
    }
}
