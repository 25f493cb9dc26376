package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProcessEndTest {
    @Test
    void isForcedWhereAnotherCodeIsWanted() {
        assertThat(ProcessEnd.isToBeForced(ExitCode.FAILED.code())).isTrue();
    }

    @Test
    void isForcedWhereAThreadWouldKeepTheProcess() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        Thread lingering = Thread.ofPlatform().daemon(false).start(() -> await(over));
        try {
            assertThat(ProcessEnd.isToBeForced(ExitCode.DONE.code())).isTrue();
        } finally {
            over.countDown();
            lingering.join();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
