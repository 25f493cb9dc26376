package org.buckytools.cli.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InOrderTest {
    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void handsResultsOnInTheOrderOfTheInputs() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        List<Integer> results = new ArrayList<>();
        InOrder.run(
                numbers(1000).iterator(),
                7,
                number -> {
                    if (number == 0) {
                        second.await();
                    } else if (number == 1) {
                        second.countDown();
                    }
                    return number;
                },
                results::add);
        assertThat(results).isEqualTo(numbers(1000));
    }

    @Test
    void worksOnSoManyAtOnceAndNoMore() throws Exception {
        CyclicBarrier together = new CyclicBarrier(4);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        InOrder.run(
                numbers(40).iterator(),
                4,
                number -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    try {
                        together.await();
                    } catch (java.util.concurrent.BrokenBarrierException e) {
                        throw new IOException(e);
                    }
                    now.decrementAndGet();
                    return number;
                },
                number -> {});
        assertThat(most).hasValue(4);
    }

    @Test
    void endsWithTheFirstExceptionInOrder() {
        List<Integer> results = new ArrayList<>();
        assertThatThrownBy(() -> InOrder.run(
                        numbers(100).iterator(),
                        3,
                        number -> {
                            if (number >= 5) {
                                throw new IOException("no " + number);
                            }
                            return number;
                        },
                        results::add))
                .isInstanceOf(IOException.class)
                .hasMessage("no 5");
        assertThat(results).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void interruptsWhatGoesOnWhenTheSinkFails() {
        CountDownLatch never = new CountDownLatch(1);
        assertThatThrownBy(() -> InOrder.run(
                        numbers(10).iterator(),
                        2,
                        number -> {
                            if (number > 0) {
                                never.await();
                            }
                            return number;
                        },
                        number -> {
                            throw new IOException("closed");
                        }))
                .hasMessage("closed");
    }
}
