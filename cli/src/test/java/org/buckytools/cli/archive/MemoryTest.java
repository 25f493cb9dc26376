package org.buckytools.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoryTest {
    private final Memory memory = new Memory(4 << 20);

    @Test
    void waitsForMemoryThatIsGivenBack() throws Exception {
        Memory.Reservation first = memory.reserve(1 << 20, () -> {});
        for (int i = 0; i < 3; i++) {
            memory.reserve(1 << 20, () -> {});
        }
        AtomicInteger calls = new AtomicInteger();

        Memory.Reservation last = memory.reserve(1 << 20, () -> {
            calls.incrementAndGet();
            first.close();
        });

        assertThat(calls).hasValue(1);
        assertThat(last.bytes()).isEqualTo(1 << 20);
        assertThat(memory.reservedSoFar()).isEqualTo(5 << 20);
    }

    @Test
    void hasNoRoomForFilesThatWouldTakeTooMuchOfIt() throws Exception {
        assertThat(memory.reserve(100 << 20, () -> {}).bytes()).isZero();
        assertThat(memory.reserve(memory.total() / 4, () -> {}).bytes()).isEqualTo(1 << 20);
    }
}
