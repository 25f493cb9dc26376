package org.buckytools.bench.micro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.buckytools.agent.inventory.Inventory;
import org.buckytools.agent.inventory.InventorySnapshot;
import org.buckytools.agent.inventory.Misplaced;
import org.buckytools.agent.inventory.NameFilter;
import org.buckytools.agent.store.LeftoverRecovery;
import org.buckytools.bench.data.Folders;
import org.buckytools.bench.data.NameTree;
import org.buckytools.bench.data.Nodes;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The list of a store with 100,000 names in 5,508 folders: making it, and asking it. */
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:TieredStopAtLevel=1")
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class InventoryBenchmark {
    private static final int NAMES = 100_000;

    private Path store;
    private Inventory inventory;
    private InventorySnapshot snapshot;
    private NameFilter expression;

    /** Writes the store and has it walked once. */
    @Setup
    public void setUp() throws IOException, InterruptedException {
        store = Files.createTempDirectory(MicroFolder.parent(), "buckytools-inventory");
        new NameTree(NAMES).write(store);
        inventory = new Inventory(store, Duration.ofDays(1), InstantSource.system());
        inventory.start(LeftoverRecovery.NONE);
        snapshot = await(inventory);
        expression = NameFilter.of(Optional.of("sys0[0-4]\\.metric_[0-9]*7$"), Optional.empty());
    }

    /** Removes the store. */
    @TearDown
    public void tearDown() throws IOException {
        inventory.close();
        Folders.delete(store);
    }

    private static InventorySnapshot await(Inventory walked) {
        while (true) {
            Optional<InventorySnapshot> found = walked.snapshot(false);
            if (found.isPresent()) {
                return found.get();
            }
            Thread.onSpinWait();
        }
    }

    /** A walk over the whole store, from its start to the list. */
    @Benchmark
    public long walk() {
        try (Inventory fresh = new Inventory(store, Duration.ofDays(1), InstantSource.system())) {
            fresh.start(LeftoverRecovery.NONE);
            return await(fresh).size();
        }
    }

    /** Handing out every name. */
    @Benchmark
    public long all() throws IOException {
        Lengths lengths = new Lengths();
        snapshot.forEach(NameFilter.ALL, lengths::add);
        return lengths.sum;
    }

    /** Names that match an expression without a fixed beginning, a twentieth of all. */
    @Benchmark
    public long expression() throws IOException {
        Lengths lengths = new Lengths();
        snapshot.forEach(expression, lengths::add);
        return lengths.sum;
    }

    /** Names that a ring of three nodes gives to others. */
    @Benchmark
    public long misplaced() throws IOException {
        return Misplaced.find(
                        snapshot, Nodes.RING, Nodes.HOSTS.getFirst(), NameFilter.ALL, (name, length, owners) -> {})
                .misplaced();
    }

    private static final class Lengths {
        private long sum;

        // The name itself is of no interest here.
        void add(byte[] name, int length) {
            sum += length + name[0];
        }
    }
}
