package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CompletionFilesTest {
    @TempDir
    private Path folder;

    @Test
    void thereIsOneForEachProgram() {
        assertThat(CompletionFilesMain.scripts())
                .containsOnlyKeys(
                        "bucky",
                        "bucky-fill",
                        "bucky-isempty",
                        "bucky-pickle-relay",
                        "bucky-sparsify",
                        "findhash",
                        "gentestmetrics");
    }

    @Test
    void bashCompletesCommandsOptionsAndWhatHelpIsWantedOn() throws Exception {
        assumeThat(Path.of("/bin/bash")).as("bash is installed").isExecutable();
        CompletionFilesMain.main(new String[] {folder.toString()});

        assertThat(completed("bucky", "reb")).containsExactly("rebalance");
        assertThat(completed("bucky", "rebalance", "--no-o")).contains("--no-op");
        assertThat(completed("bucky", "help", "back")).containsExactlyInAnyOrder("backfill", "backfill2");
        assertThat(completed("bucky-sparsify", "--he")).containsExactly("--help");
    }

    /** What the last word may become. */
    private List<String> completed(String... words) throws Exception {
        String program = words[0];
        String script = String.join(
                "\n",
                "source \"$1\"/" + program,
                "shift",
                // Bash has it only while it completes something.
                "compopt() { :; }",
                "COMP_WORDS=(\"$@\")",
                "COMP_CWORD=$(($# - 1))",
                "_complete_" + program,
                "printf '%s\\n' \"${COMPREPLY[@]}\"");
        List<String> command = new ArrayList<>(List.of("/bin/bash", "-c", script, "bash", folder.toString()));
        command.addAll(List.of(words));
        Process bash = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).isZero();
        return out.lines()
                .filter(line -> !line.isBlank())
                .map(String::strip)
                .distinct()
                .toList();
    }
}
