package org.buckytools.hashring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RingLookupTest {
    private static final int ROUNDS = 20;

    @ParameterizedTest
    @MethodSource("org.buckytools.hashring.HashRingContractTest#rings")
    void allocatesNothing(HashRing ring) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        String[] names = RandomRings.names(500, true).stream()
                .filter(name -> name.chars().allMatch(c -> c < 0x80))
                .toArray(String[]::new);
        byte[][] encoded = IntStream.range(0, names.length)
                .mapToObj(i -> names[i].getBytes(UTF_8))
                .toArray(byte[][]::new);
        RingLookup lookup = ring.lookup();
        int[] out = new int[ring.replicas()];
        long looked = 0;
        long least = Long.MAX_VALUE;
        // The first rounds load classes; the JVM itself may allocate on this thread in any one round.
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < names.length; i++) {
                byte[] name = encoded[i];
                looked += lookup.owners(name, 0, name.length, out)
                        + lookup.stores(name, 0, name.length, out)
                        + lookup.firstStore(name, 0, name.length)
                        + (lookup.isStoredOn(name, 0, name.length, 0) ? 1 : 0)
                        + lookup.owners(names[i], out);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(looked).isPositive();
        // Reading the counter may itself cost an object or two, a look-up that allocates at least 500 × 16 bytes.
        assertThat(least).isLessThan(1000);
    }

    @ParameterizedTest
    @MethodSource("org.buckytools.hashring.HashRingContractTest#rings")
    void threadsWithLookupsOfTheirOwnDoNotDisturbEachOther(HashRing ring) {
        List<String> names = RandomRings.names(500, true);
        List<Integer> alone = stores(ring, names);
        List<List<Integer>> together = IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> stores(ring, names))
                .toList();
        assertThat(together).allMatch(alone::equals);
    }

    private static List<Integer> stores(HashRing ring, List<String> names) {
        RingLookup lookup = ring.lookup();
        return names.stream().map(lookup::firstStore).toList();
    }
}
