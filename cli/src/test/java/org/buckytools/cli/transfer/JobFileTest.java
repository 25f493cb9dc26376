package org.buckytools.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.transfer.PullItem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFileTest extends EngineTestBase {
    private Path file;

    @BeforeEach
    void makeFolder(@TempDir Path folder) {
        file = folder.resolve("jobs");
    }

    @Test
    void startsWithNothing() throws IOException {
        try (JobFile jobs = JobFile.open(file)) {
            assertThat(jobs.completed()).isZero();
            assertThat(jobs.isCompleted("a:4242", "b:4242", "m", "m")).isFalse();
        }
        assertThat(file).isEmptyFile();
    }

    @Test
    void remembersWhatWasAdded() throws IOException {
        store("a", 1);
        try (JobFile jobs = JobFile.open(file)) {
            jobs.add(group("a", "b", "c"), new PullItem(new MetricName("old"), new MetricName("new")));
        }

        assertThat(file).hasContent("""
                {"SrcServer":"a:4242","DstServer":"b:4242","OldName":"old","NewName":"new"}
                {"SrcServer":"a:4242","DstServer":"c:4242","OldName":"old","NewName":"new"}
                """);
        try (JobFile jobs = JobFile.open(file)) {
            assertThat(jobs.completed()).isEqualTo(2);
            assertThat(jobs.isCompleted("a:4242", "b:4242", "old", "new")).isTrue();
            assertThat(jobs.isCompleted("a:4242", "c:4242", "old", "new")).isTrue();
            assertThat(jobs.isCompleted("a:4242", "b:4242", "old", "old")).isFalse();
            assertThat(jobs.isCompleted("b:4242", "a:4242", "old", "new")).isFalse();
        }
    }

    @Test
    void readsWhatTheGoToolsWrote() throws IOException {
        // The Go fork skips the first line of the file, where wrappers of it write their parameters.
        Files.writeString(file, """
                bucky rebalance -w 10
                {"SrcServer":"a:4242","DstServer":"b:4242","OldName":"m.1","NewName":"m.1"}

                {"SrcServer":"a:4242","DstServer":"b:4242","OldName":"m.2","NewName":"m.2"}
                """);

        try (JobFile jobs = JobFile.open(file)) {
            assertThat(jobs.completed()).isEqualTo(2);
            assertThat(jobs.ignoredLines()).isEqualTo(2);
            assertThat(jobs.isCompleted("a:4242", "b:4242", "m.2", "m.2")).isTrue();
        }
    }

    @Test
    void doesNotMixALineThatACrashHasCutWithTheNext() throws IOException {
        Files.writeString(file, "{\"SrcServer\":\"a:4242\",\"DstSer");
        store("a", 1);

        try (JobFile jobs = JobFile.open(file)) {
            jobs.add(group("a", "b"), new PullItem(new MetricName("m"), new MetricName("m")));
        }

        try (JobFile jobs = JobFile.open(file)) {
            assertThat(jobs.completed()).isEqualTo(1);
            assertThat(jobs.isCompleted("a:4242", "b:4242", "m", "m")).isTrue();
        }
    }
}
