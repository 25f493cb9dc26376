package org.buckytools.bench.lean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LeanMoveTest {
    private static final int SIZE = 300_000;

    @TempDir
    Path folder;

    private static Stream<Named<LeanMove>> moves() {
        return Stream.of(
                Named.of("bare", LeanMove.bare(SIZE)),
                Named.of("careful", LeanMove.careful(SIZE)),
                Named.of("told", LeanMove.told(SIZE)));
    }

    @ParameterizedTest
    @MethodSource("moves")
    void movesEveryFileWithItsBytes(LeanMove move) throws Exception {
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

        LeanMove.Took took = move.move(from, to);

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

    /** Where nothing is told, a file that is short would be filled up from the next one. */
    private static Stream<Named<LeanMove>> silentMoves() {
        return moves().limit(2);
    }

    @ParameterizedTest
    @MethodSource("silentMoves")
    @Timeout(20)
    void failsInsteadOfWaitingWhereAFileIsShort(LeanMove move) throws Exception {
        Path from = Files.createDirectory(folder.resolve("from"));
        Path to = Files.createDirectory(folder.resolve("to"));
        Files.write(from.resolve("m.wsp"), new byte[SIZE - 1]);
        Files.write(from.resolve("n.wsp"), new byte[SIZE - 1]);

        assertThatThrownBy(() -> move.move(from, to)).isInstanceOf(IOException.class);
        assertThat(from.resolve("m.wsp")).exists();
    }

    private static Stream<Named<LeanMove>> movesThatLookFirst() {
        return moves().skip(1);
    }

    @ParameterizedTest
    @MethodSource("movesThatLookFirst")
    @Timeout(20)
    void aCarefulMoveReplacesNothing(LeanMove move) throws Exception {
        Path from = Files.createDirectory(folder.resolve("from"));
        Path to = Files.createDirectory(folder.resolve("to"));
        Files.write(from.resolve("m.wsp"), new byte[SIZE]);
        Files.write(to.resolve("m.wsp"), new byte[] {1});

        assertThatThrownBy(() -> move.move(from, to)).isInstanceOf(IOException.class);
        assertThat(from.resolve("m.wsp")).exists();
        assertThat(to.resolve("m.wsp")).hasBinaryContent(new byte[] {1});
    }
}
