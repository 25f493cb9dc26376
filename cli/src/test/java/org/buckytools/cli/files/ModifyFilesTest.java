package org.buckytools.cli.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.buckytools.cli.testing.WhisperSamples.NOW;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.buckytools.cli.task.Modified;
import org.buckytools.cli.task.ModifySummary;
import org.buckytools.cli.task.ModifyTally;
import org.buckytools.cli.testing.WhisperSamples;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.reshape.Change;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModifyFilesTest {
    /** As a walk takes them; by whole paths, a-b would come before a. */
    private static final List<String> IN_ORDER = List.of(
            "a/1.wsp",
            "a/2.wsp",
            "a/z/1.wsp",
            "a-b/1.wsp",
            "a-b/2.wsp",
            "b.wsp",
            "c/d/e/1.wsp",
            "c/d/e/2.wsp",
            "f.wsp");

    @TempDir
    private Path folder;

    private final Set<String> done = ConcurrentHashMap.newKeySet();

    private Path tree() throws IOException {
        Path tree = folder.resolve("tree");
        for (String file : IN_ORDER) {
            WhisperSamples.file(tree.resolve(file), WhisperSamples.ago(0, 1));
        }
        Files.writeString(tree.resolve("a/0.txt"), "no such file");
        return tree;
    }

    private ModifySummary run(Path tree, int workers, BooleanSupplier isOver) throws IOException, InterruptedException {
        ModifyTally tally = new ModifyTally(false, new ModifyTally.Listener() {
            @Override
            public void done(Modified item) {
                done.add(tree.relativize(Path.of(item.name())).toString());
            }

            @Override
            public void failed(ModifySummary.Failure failure) {
                throw new AssertionError(failure);
            }
        });
        Change change = new Change(
                Optional.empty(), List.of(), List.of(), Optional.of(Aggregation.MAX), Optional.empty(), false);
        InstantSource clock = InstantSource.system();
        new ModifyFiles(change, OptionalLong.of(NOW), false, workers, clock, tally, isOver).run(tree);
        return tally.summary(isOver.getAsBoolean());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void namesTheFirstThatItHasNotBegun(int workers) throws Exception {
        Path tree = tree();

        ModifySummary stopped = run(tree, workers, () -> done.size() >= 3);

        Path named = Path.of(stopped.next().orElseThrow());
        int next = 0;
        while (!tree.resolve(IN_ORDER.get(next)).startsWith(named)) {
            next++;
        }
        // It may have begun some that come after it.
        assertThat(done).containsAll(IN_ORDER.subList(0, next)).doesNotContain(IN_ORDER.get(next));
        assertThat(stopped.changed()).isEqualTo(done.size());
    }

    @Test
    void namesTheDirectoryThatItHasNotBegun() throws Exception {
        Path tree = tree();

        assertThat(run(tree, 1, () -> true).next()).contains(tree.resolve("a").toString());
        assertThat(run(tree.resolve("a"), 1, () -> true).next())
                .contains(tree.resolve("a/1.wsp").toString());
        assertThat(done).isEmpty();
    }

    @Test
    void namesNothingWhereNothingIsLeft() throws Exception {
        Path tree = tree();

        ModifySummary whole = run(tree, 2, () -> done.size() == IN_ORDER.size());

        assertThat(whole.next()).isEqualTo(Optional.empty());
        assertThat(done).containsExactlyInAnyOrderElementsOf(IN_ORDER);
    }
}
