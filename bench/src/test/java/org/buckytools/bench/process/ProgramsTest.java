package org.buckytools.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
    private static final Path RUN = Path.of("/run-7");

    @TempDir
    private Path folder;

    @BeforeEach
    void makePrograms() throws IOException {
        for (String name : List.of("bucky", "buckyd")) {
            Files.createFile(
                    folder.resolve(name),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
    }

    @Test
    void flagsFromTheFileAndTheCommandLineComeBeforeTheArguments() throws IOException {
        Files.writeString(
                folder.resolve(Programs.FLAGS_FILE),
                "name = fork\nbuckyd = -pprof \"\" -cache_path ${run}/none\nbucky = -t 600\nexact = false\n");
        Programs peer = Programs.peer(folder + "=-offload -no-encoding");
        assertThat(peer.name()).isEqualTo("fork -offload -no-encoding");
        assertThat(peer.fillsExactly()).isFalse();
        assertThat(peer.program("buckyd", RUN, List.of("a=b")).words())
                .containsExactly(
                        folder.resolve("buckyd").toString(), "-pprof", "", "-cache_path", "/run-7/none", "a=b");
        assertThat(peer.bucky("rebalance", RUN, List.of("-w", "3")).words())
                .containsExactly(
                        folder.resolve("bucky").toString(),
                        "rebalance",
                        "-t",
                        "600",
                        "-offload",
                        "-no-encoding",
                        "-w",
                        "3");
        assertThat(peer.bucky("list", RUN, List.of()).words())
                .containsExactly(folder.resolve("bucky").toString(), "list", "-t", "600");
    }

    @Test
    void aPeerWithoutAFileHasItsFoldersName() throws IOException {
        Programs peer = Programs.peer(folder.toString());
        assertThat(peer.name()).isEqualTo(folder.getFileName().toString());
        assertThat(peer.has("gentestmetrics")).isFalse();
        assertThat(peer.fillsExactly()).isTrue();
    }

    @Test
    void aFolderWithoutProgramsIsRefused() {
        assertThatThrownBy(() -> Programs.peer(folder.resolve("x").toString())).hasMessageContaining("no program");
    }
}
