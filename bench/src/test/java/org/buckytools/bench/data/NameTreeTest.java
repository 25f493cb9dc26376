package org.buckytools.bench.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameTreeTest {
    private static final int COUNT = 1010;

    @TempDir
    private Path folder;

    private final NameTree names = new NameTree(COUNT);

    @Test
    void writesEveryNameAndCountsItsFolders() throws IOException, InterruptedException {
        Path store = Files.createDirectory(folder.resolve("store"));
        names.write(store);
        assertThat(count(store, false)).isEqualTo(COUNT);

        assertThat(count(store, true) - 1).isEqualTo(names.folders());
    }

    @Test
    void knowsItsNamesInAnyOrderAndNoOthers() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = COUNT - 1; i >= 0; i--) {
            lines.add(NameTree.name(i));
        }
        names.checkNames(Files.write(folder.resolve("right"), lines));
        lines.set(3, lines.get(4));
        Path wrong = Files.write(folder.resolve("wrong"), lines);
        assertThatThrownBy(() -> names.checkNames(wrong)).isInstanceOf(WrongResultException.class);
    }

    private static long count(Path store, boolean directories) throws IOException {
        try (Stream<Path> all = Files.walk(store)) {
            return all.filter(path -> Files.isDirectory(path) == directories).count();
        }
    }
}
