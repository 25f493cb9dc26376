package org.buckytools.bench.micro;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingLookup;
import org.buckytools.hashring.RingType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Where a metric belongs, on rings of twelve hosts. */
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:TieredStopAtLevel=1")
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class RingBenchmark {
    private static final int NAMES = 1000;
    private static final int HOSTS = 12;

    /** Every kind of ring. */
    @Param
    public RingType type;

    private final byte[][] names = new byte[NAMES][];
    private final int[] found = new int[2];
    private RingLookup single;
    private RingLookup replicated;

    /** Makes the rings and names. */
    @Setup
    public void setUp() {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < HOSTS; i++) {
            members.add(new Member("graphite" + i + ".example.com", 2003, Optional.of(Integer.toString(i))));
        }
        HashRing ring = HashRings.of(type, members);
        single = ring.lookup();
        replicated = HashRings.of(type, members, replicas(), false).lookup();
        for (int i = 0; i < NAMES; i++) {
            names[i] = String.format(Locale.ROOT, "prod.dc%02d.web%05d.cpu.%d.user", i % 7, i, i % 16)
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    /** carbon-relay-ng has no replication. */
    private int replicas() {
        return type == RingType.RELAY_NG || type == RingType.RELAY_NG_V2 ? 1 : 2;
    }

    /** One replica. */
    @Benchmark
    @OperationsPerInvocation(NAMES)
    public int firstStore() {
        int sum = 0;
        for (byte[] name : names) {
            sum += single.firstStore(name, 0, name.length);
        }
        return sum;
    }

    /** Two replicas, of a type that can have two. */
    @Benchmark
    @OperationsPerInvocation(NAMES)
    public int twoStores() {
        int sum = 0;
        for (byte[] name : names) {
            sum += replicated.stores(name, 0, name.length, found);
        }
        return sum;
    }
}
