package org.buckytools.bench.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.buckytools.bench.data.WrongResultException;
import org.buckytools.bench.process.ChildProcesses;
import org.buckytools.bench.process.Command;
import org.buckytools.bench.result.Comparison;
import org.buckytools.bench.result.Measurement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabTest {
    private static final Measurement DONE = new Measurement(1, 0, 0, List.of(), 0, 0, List.of());

    @TempDir
    private Path folder;

    private final List<Comparison> results = new ArrayList<>();
    private final List<String> order = new ArrayList<>();

    @Test
    void everyRoundBeginsWithAnotherContender() throws InterruptedException {
        lab().compare("work", List.of(recorded("a"), recorded("b"), recorded("c")));
        assertThat(order).containsExactly("a", "b", "c", "b", "c", "a", "c", "a", "b");
        assertThat(results).singleElement().satisfies(comparison -> {
            assertThat(comparison.isWhole()).isTrue();
            assertThat(comparison.rows())
                    .allSatisfy(row -> assertThat(row.measurements()).hasSize(3));
        });
    }

    @Test
    void aWrongRunDoesNotCountAndTheOthersGoOn() throws InterruptedException {
        Contender wrong = Contender.limit("wrong", () -> {
            throw new WrongResultException("a file is missing");
        });
        lab().compare("work", List.of(wrong, recorded("right")));
        assertThat(order).hasSize(3);
        Comparison comparison = results.getFirst();
        assertThat(comparison.isWhole()).isFalse();
        assertThat(comparison.rows().getFirst().measurements()).isEmpty();
        assertThat(comparison.rows().getFirst().failures()).hasSize(3).contains("a file is missing");
    }

    @Test
    void aProgramThatFailsDoesNotCountAndIsQuoted() throws IOException {
        Lab lab = lab();
        try (RunFolder run = lab.newFolder()) {
            assertThatThrownBy(() -> lab.measure(
                            Command.of("sh", "-c", "echo no such store >&2; exit 4"),
                            run.file("out"),
                            run,
                            Lab.Work.UNCOUNTED))
                    .isInstanceOf(WrongResultException.class)
                    .hasMessageContaining("ended with 4: no such store");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void dataThatHaveNoRoomAreRefused() {
        assertThatThrownBy(() -> lab().needRoom(1L << 60, 1))
                .hasMessageContaining("--dir")
                .hasMessageContaining("are needed");
    }

    private Contender recorded(String name) {
        return Contender.limit(name, () -> {
            order.add(name);
            return DONE;
        });
    }

    private Lab lab() {
        return new Lab(
                new Settings(3, 1, List.of(), true, Optional.empty()),
                new ChildProcesses(),
                folder,
                new PrintWriter(Writer.nullWriter()),
                results::add);
    }
}
