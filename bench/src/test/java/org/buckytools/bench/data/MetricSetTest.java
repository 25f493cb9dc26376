package org.buckytools.bench.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.buckytools.bench.data.MetricSet.FileShape;
import org.buckytools.bench.data.MetricSet.Part;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricSetTest {
    private static final int COUNT = 40;

    @TempDir
    private Path folder;

    private final WhisperTemplates templates =
            WhisperTemplates.create("60s:2d", 3, new WhisperTemplates.Recent(0.5, 3600), 0, 1_700_000_123L, 7);
    private final MetricSet metrics = new MetricSet(COUNT, templates, FileShape.DENSE);
    private List<Path> stores;

    @BeforeEach
    void makeStores() throws IOException {
        stores = List.of(folder.resolve("a"), folder.resolve("b"), folder.resolve("c"));
        for (Path store : stores) {
            Files.createDirectory(store);
        }
    }

    @Test
    void acceptsFilesThatAreAllAtTheirOwners() throws IOException, InterruptedException {
        metrics.write(stores.getFirst(), Part.ALL);
        placeAll();
        assertThat(metrics.checkPlaced(stores, false)).isZero();
    }

    @Test
    void seesAFileThatWasNotMoved() throws IOException, InterruptedException {
        metrics.write(stores.getFirst(), Part.ALL);
        assertThatThrownBy(() -> metrics.checkPlaced(stores, false)).isInstanceOf(WrongResultException.class);
    }

    @Test
    void seesAWrongByte() throws IOException, InterruptedException {
        metrics.write(stores.getFirst(), Part.ALL);
        placeAll();
        Path victim = file(stores.get(Nodes.ownerOf(MetricSet.name(5))), 5);
        byte[] bytes = Files.readAllBytes(victim);
        bytes[bytes.length - 1] ^= 1;
        Files.write(victim, bytes);
        assertThatThrownBy(() -> metrics.checkPlaced(stores, false)).hasMessageContaining("other bytes");
        assertThat(metrics.checkPlaced(stores, true)).isEqualTo(1);
    }

    @Test
    void seesAFileThatWasLeftBehind() throws IOException, InterruptedException {
        metrics.write(stores.getFirst(), Part.ALL);
        placeAll();
        Files.createFile(stores.get(1).resolve(".bucky-0123456789abcdef"));
        assertThatThrownBy(() -> metrics.checkPlaced(stores, false)).hasMessageContaining("41 files, not 40");
    }

    @Test
    void sparseFilesHaveTheSameBytesAndFewerBlocks() throws IOException, InterruptedException {
        MetricSet sparse = new MetricSet(COUNT, templates, FileShape.SPARSE);
        Path one = folder.resolve("sparse");
        Path two = folder.resolve("dense");
        sparse.write(one, Part.ALL);
        metrics.write(two, Part.ALL);
        sparse.checkCopy(one, Part.ALL);
        assertThat(MetricSet.allocatedBytes(List.of(one))).isLessThan(MetricSet.allocatedBytes(List.of(two)));
    }

    private void placeAll() throws IOException {
        for (int i = 0; i < COUNT; i++) {
            Path to = file(stores.get(Nodes.ownerOf(MetricSet.name(i))), i);
            Path from = file(stores.getFirst(), i);
            if (!to.equals(from)) {
                Files.createDirectories(to.getParent());
                Files.move(from, to);
            }
        }
    }

    private static Path file(Path store, int metric) {
        return store.resolve(MetricSet.name(metric).replace('.', '/') + ".wsp");
    }
}
