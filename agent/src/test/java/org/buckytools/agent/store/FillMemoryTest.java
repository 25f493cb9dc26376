package org.buckytools.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FillMemoryTest {
    private static final int MIB = 1 << 20;

    private static FillMemory memory() {
        return new FillMemory(4 * MIB, 3 * MIB, Duration.ofMillis(20));
    }

    @Test
    void givesBothFilesOfAFillOnePieceEach() throws Exception {
        try (FillMemory memory = memory();
                FillMemory.Lease lease = memory.acquire(MIB + 5, 100)) {
            assertThat(lease.source().byteSize()).isBetween(MIB + 5L, MIB * 5L / 4);
            assertThat(lease.destination().byteSize()).isGreaterThanOrEqualTo(100);
        }
    }

    @Test
    void takesNoMemoryForASourceThatIsThereAlready() throws Exception {
        try (FillMemory memory = memory();
                FillMemory.Lease lease = memory.acquire(0, 4 * MIB)) {
            assertThat(lease.source().byteSize()).isZero();
        }
    }

    @Test
    void letsAFillThatIsLargerThanTheBudgetWorkAlone() throws Exception {
        try (FillMemory memory = memory()) {
            try (FillMemory.Lease lease = memory.acquire(5 * MIB, 5 * MIB)) {
                assertThat(lease.destination().byteSize()).isGreaterThanOrEqualTo(5 * MIB);
                assertThatThrownBy(() -> memory.acquire(1, 1)).isInstanceOf(StoreBusyException.class);
            }
            memory.acquire(1, 1).close();
        }
    }

    @Test
    void holdsUploadsOnlyAsFarAsTheirBudgetGoesAndNeverMakesThemWait() throws Exception {
        try (FillMemory memory = memory()) {
            List<FillMemory.Body> bodies = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                memory.body(MIB).ifPresent(bodies::add);
            }
            assertThat(bodies).hasSize(3);
            // Fills have their own.
            memory.acquire(MIB, MIB).close();
            bodies.getFirst().close();
            bodies.getFirst().close();
            assertThat(memory.body(MIB)).isPresent();
            assertThat(memory.body(1)).isEmpty();
            bodies.forEach(FillMemory.Body::close);
        }
    }

    @Test
    void keepsLargeUploadsOutOfMemory() {
        try (FillMemory memory = new FillMemory(MIB, 64 * MIB, Duration.ofMillis(20))) {
            assertThat(memory.body(FillMemory.LONGEST_BODY)).isPresent();
            assertThat(memory.body(FillMemory.LONGEST_BODY + 1L)).isEmpty();
        }
    }

    @Test
    void usesPiecesAgainForFilesOfNearlyTheSameSize() throws Exception {
        try (FillMemory memory = memory()) {
            long address;
            try (FillMemory.Lease lease = memory.acquire(0, MIB)) {
                address = lease.destination().address();
            }
            FillMemory.Body body = memory.body(MIB - 5).orElseThrow();
            assertThat(body.segment().address()).isEqualTo(address);
            body.close();
        }
    }
}
