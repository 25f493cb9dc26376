package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HeadStartTest {
    @Test
    void isWaitedForUntilItsEnd() {
        AtomicBoolean done = new AtomicBoolean();

        HeadStart.begin(() -> done.set(true)).await();

        assertThat(done).isTrue();
    }

    @Test
    void leavesAnInterruptOfTheWaitForWhatComesNext() {
        CountDownLatch never = new CountDownLatch(1);
        HeadStart endless = HeadStart.begin(() -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        Thread.currentThread().interrupt();
        endless.await();

        assertThat(Thread.interrupted()).isTrue();
        never.countDown();
    }

    @Test
    void readiesClientsWithoutAskingAnybody() {
        HeadStart.ofClients().await();
        HeadStart.none().await();
    }
}
