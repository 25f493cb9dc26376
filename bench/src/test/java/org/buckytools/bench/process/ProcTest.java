package org.buckytools.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ProcTest {
    @Test
    void cpuTimeIsReadBehindACommandWithBlanksAndParentheses() {
        CpuTime time = CpuTime.ofProcessLine(
                "77 (a) b (c)) S 1 77 77 0 -1 4194304 500 0 0 0 1234 56 7 8 20 0 30 0 99 1 2 3\n");
        assertThat(time.user()).isEqualTo(12.34);
        assertThat(time.system()).isEqualTo(0.56);
    }

    @Test
    void memoryIsReadInBytes() {
        ProcStatus status = ProcStatus.parse("Name:\tjava\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t9\n");
        assertThat(status).isEqualTo(new ProcStatus(2 << 20, 1 << 20));
    }

    @Test
    void aFinishedProgramIsTimed() throws IOException, InterruptedException {
        Path nothing = Path.of("/dev/null");
        try (ChildProcesses children = new ChildProcesses()) {
            Command.Finished finished = Command.of(
                            "sh", "-c", "i=0; while [ $i -lt 40000 ]; do i=$((i+1)); done; exit 3")
                    .run(children, nothing, nothing);
            assertThat(finished.exitCode()).isEqualTo(3);
            assertThat(finished.seconds()).isPositive();
            assertThat(finished.cpu().total()).isCloseTo(finished.seconds(), Offset.offset(finished.seconds() + 0.02));
        }
    }
}
