package org.buckytools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RehearsingAgentTest {
    @TempDir
    Path directory;

    private boolean isRehearsing(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isPresent();
        }
    }

    @Test
    void rehearsesOnceItKnowsItsMetricsAndTouchesNoneOfThem() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("tmp"));
        try (RunningAgent agent = RunningAgent.start(directory.resolve("store"))) {
            agent.put("a.b", RunningAgent.whisper(directory, minute -> true));
            agent.agent().rehearse(folder);
            while (!isRehearsing(folder)) {
                Thread.onSpinWait();
            }
            while (isRehearsing(folder)) {
                Thread.onSpinWait();
            }
            assertThat(agent.ask("GET", "/metrics?regex=rehearsal").text()).isEqualTo("[]");
            assertThat(agent.files()).containsExactly("a/b.wsp");
        }
    }

    @Test
    void leavesNothingBehindWhenItIsStoppedMeanwhile() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("tmp"));
        RunningAgent agent = RunningAgent.start(directory.resolve("store"));
        agent.agent().rehearse(folder);
        while (!isRehearsing(folder)) {
            Thread.onSpinWait();
        }
        assertThat(agent.agent().stop()).isTrue();
        assertThat(isRehearsing(folder)).isFalse();
    }
}
