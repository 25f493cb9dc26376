package org.buckytools.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    private static final int MIB = 1 << 20;

    @Test
    void givesWholeBlocksAndOneForTheRest() throws Exception {
        try (BufferPool pool = new BufferPool(8 * MIB, Duration.ofSeconds(1));
                BufferPool.Lease lease = pool.acquire(2 * MIB + 5)) {
            assertThat(lease.blocks()).isEqualTo(3);
            assertThat(lease.block(1).byteSize()).isEqualTo(MIB);
            assertThat(lease.block(2).byteSize()).isEqualTo(BufferPool.SMALL_BYTES);
        }
    }

    @Test
    void saysSoWhenNothingBecomesFreeInTime() throws Exception {
        try (BufferPool pool = new BufferPool(2 * MIB, Duration.ofMillis(20));
                BufferPool.Lease lease = pool.acquire(2 * MIB)) {
            assertThat(lease.blocks()).isEqualTo(2);
            assertThatThrownBy(() -> pool.acquire(1)).isInstanceOf(StoreBusyException.class);
        }
    }

    @Test
    void neverAllocatesMoreThanItsTotalWhateverSizesAreAskedFor() throws Exception {
        try (BufferPool pool = new BufferPool(4 * MIB, Duration.ofSeconds(1))) {
            for (int round = 0; round < 3; round++) {
                List<BufferPool.Lease> leases = new ArrayList<>();
                for (int i = 0; i < 64; i++) {
                    leases.add(pool.acquire(BufferPool.SMALL_BYTES));
                }
                assertThat(pool.allocatedBytes()).isLessThanOrEqualTo(4 * MIB);
                leases.forEach(BufferPool.Lease::close);
                try (BufferPool.Lease large = pool.acquire(4 * MIB)) {
                    assertThat(large.blocks()).isEqualTo(4);
                    assertThat(pool.allocatedBytes()).isLessThanOrEqualTo(4 * MIB);
                }
            }
        }
    }

    @Test
    void aLargeRequestIsNotStarvedBySmallOnes() throws Exception {
        try (BufferPool pool = new BufferPool(2 * MIB, Duration.ofSeconds(20))) {
            BufferPool.Lease first = pool.acquire(MIB);
            AtomicInteger order = new AtomicInteger();
            int[] placed = new int[2];
            Thread large = Thread.ofVirtual().start(() -> placed[0] = take(pool, 2 * MIB, order));
            while (!pool.hasWaiting(1)) {
                Thread.onSpinWait();
            }
            Thread small = Thread.ofVirtual().start(() -> placed[1] = take(pool, 1, order));
            while (!pool.hasWaiting(2)) {
                Thread.onSpinWait();
            }
            first.close();
            large.join();
            small.join();
            assertThat(placed).containsExactly(1, 2);
        }
    }

    private static int take(BufferPool pool, long bytes, AtomicInteger order) {
        try (BufferPool.Lease lease = pool.acquire(bytes)) {
            return lease.blocks() > 0 ? order.incrementAndGet() : 0;
        } catch (StoreBusyException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void givingBackTwiceCountsOnce() throws Exception {
        try (BufferPool pool = new BufferPool(MIB, Duration.ofMillis(10))) {
            BufferPool.Lease lease = pool.acquire(MIB);
            lease.close();
            lease.close();
            try (BufferPool.Lease again = pool.acquire(MIB)) {
                assertThat(again.blocks()).isEqualTo(1);
                assertThatThrownBy(() -> pool.acquire(1)).isInstanceOf(StoreBusyException.class);
            }
        }
    }
}
