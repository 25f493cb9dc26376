package org.buckytools.bench.micro;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.names.NameList;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Names one by one, and lists of 100,000 of them. Times are for one name. */
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:TieredStopAtLevel=1")
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class NamesBenchmark {
    private static final int NAMES = 100_000;

    private final String[] texts = new String[NAMES];
    private final MetricName[] names = new MetricName[NAMES];
    private NameList list;

    /** Memory of a list, for each name. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Memory {
        /** Bytes of a list divided by its names; the same in every iteration. */
        public double bytesPerName;

        /** Forgets the iteration before. */
        @Setup(Level.Iteration)
        public void clear() {
            bytesPerName = 0;
        }
    }

    /** Makes sorted names. */
    @Setup
    public void setUp() {
        for (int i = 0; i < NAMES; i++) {
            int host = i / 200;
            texts[i] = String.format(
                    Locale.ROOT, "prod.dc%02d.web%05d.sys%02d.metric_%07d", host * 7 / 500, host, i % 200 / 20, i);
            names[i] = new MetricName(texts[i]);
        }
        list = build();
    }

    private NameList build() {
        NameList.Builder builder = NameList.builder();
        for (String text : texts) {
            builder.add(text);
        }
        return builder.build();
    }

    /** Checking a name that came from outside. */
    @Benchmark
    @OperationsPerInvocation(NAMES)
    public int parse() {
        int sum = 0;
        for (String text : texts) {
            sum += new MetricName(text).value().length();
        }
        return sum;
    }

    /** The path of its file. */
    @Benchmark
    @OperationsPerInvocation(NAMES)
    public int relativePath() {
        int sum = 0;
        for (MetricName name : names) {
            sum += name.relativePath().length();
        }
        return sum;
    }

    /** A list of sorted names. */
    @Benchmark
    @OperationsPerInvocation(NAMES)
    public NameList buildList(Memory memory) {
        NameList built = build();
        memory.bytesPerName = (double) built.bytes() / built.size();
        return built;
    }

    /** Walking through a list. */
    @Benchmark
    @OperationsPerInvocation(NAMES)
    public int walkList() {
        int sum = 0;
        NameList.Cursor cursor = list.cursor();
        while (cursor.next()) {
            sum += cursor.length();
        }
        return sum;
    }

    /** Looking for each name of it. */
    @Benchmark
    @OperationsPerInvocation(NAMES)
    public int contains() {
        int found = 0;
        for (String text : texts) {
            found += list.contains(text) ? 1 : 0;
        }
        return found;
    }
}
