package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.buckytools.agent.store.LeftoverRecovery;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.names.TaggedSeries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryTest {
    private static final Duration VALIDITY = Duration.ofHours(1);
    private static final int FEW_CHANGES = 3;

    @TempDir
    Path root;

    private final TestClock clock = new TestClock();
    private Inventory inventory;

    private static final class TestClock implements InstantSource {
        private volatile Instant now = Instant.ofEpochSecond(1_700_000_000);

        @Override
        public Instant instant() {
            return now;
        }

        void pass(Duration time) {
            now = now.plus(time);
        }
    }

    private static final class Recorder implements LeftoverRecovery {
        final List<String> directories = new ArrayList<>();
        final CountDownLatch completed = new CountDownLatch(1);

        @Override
        public synchronized void leftoversIn(String directory) {
            directories.add(directory);
        }

        @Override
        public void walkCompleted() {
            completed.countDown();
        }
    }

    @AfterEach
    void close() {
        if (inventory != null) {
            inventory.close();
        }
    }

    private void file(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
    }

    private void start() {
        start(LeftoverRecovery.NONE);
    }

    private void start(LeftoverRecovery recovery) {
        inventory = new Inventory(root, VALIDITY, clock, FEW_CHANGES);
        inventory.start(recovery);
        await(() -> inventory.status().ready());
    }

    private static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start).as("nanoseconds waited").isLessThan(20_000_000_000L);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private List<String> names() throws IOException {
        return names(NameFilter.ALL);
    }

    private List<String> names(NameFilter filter) throws IOException {
        List<String> names = new ArrayList<>();
        inventory
                .snapshot(false)
                .orElseThrow()
                .forEach(filter, (name, length) -> names.add(new String(name, 0, length, UTF_8)));
        return names;
    }

    private static MetricName metric(String name) {
        return new MetricName(name);
    }

    @Test
    void listsMetricsInTheOrderOfTheirBytes() throws IOException {
        for (String path :
                List.of("a.wsp", "a/b.wsp", "a-b.wsp", "a/c/d.wsp", "a0/x.wsp", "ä/ö.wsp", "A.wsp", "z.wsp")) {
            file(path);
        }
        start();
        assertThat(names()).containsExactly("A", "a", "a-b", "a.b", "a.c.d", "a0.x", "z", "ä.ö");
        assertThat(inventory.status().metrics()).isEqualTo(8);
    }

    @Test
    void listsFoldersOfManyFilesAndManyFolders() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int i = 1000; i < 3000; i++) {
            file("flat/a-rather-long-name-for-a-metric-" + i + ".wsp");
            expected.add("flat.a-rather-long-name-for-a-metric-" + i);
        }
        for (int i = 1000; i < 1500; i++) {
            file("wide/" + i + "/deep/er/x.wsp");
            expected.add("wide." + i + ".deep.er.x");
        }
        start();
        assertThat(names()).isEqualTo(expected);
    }

    @Test
    void knowsNothingBeforeItsFirstWalk() {
        inventory = new Inventory(root, VALIDITY, clock, FEW_CHANGES);
        assertThat(inventory.snapshot(false)).isEmpty();
        assertThat(inventory.status().ready()).isFalse();
        assertThat(inventory.status().builtAt()).isEmpty();
    }

    @Test
    void anEmptyStoreHasAnEmptyListAndNotNone() throws IOException {
        start();
        assertThat(names()).isEmpty();
    }

    @Test
    void passesOverDotsLinksAndOtherFiles() throws IOException {
        file("a/good.wsp");
        file(".hidden/x.wsp");
        file("a/.hidden.wsp");
        file("a/notes.txt");
        Files.createDirectory(root.resolve("a/folder.wsp"));
        Files.createSymbolicLink(root.resolve("a/link.wsp"), Path.of("good.wsp"));
        Files.createSymbolicLink(root.resolve("linked"), Path.of("a"));
        start();
        assertThat(names()).containsExactly("a.good");
        assertThat(inventory.status().strangeNames()).isZero();
    }

    @Test
    void countsFilesWhosePathDoesNotComeBackFromTheirName() throws Exception {
        file("a/good.wsp");
        file("a/b.c.wsp");
        file("d.e/f.wsp");
        file("d.e/g/h.wsp");
        // Java cannot name such a file; \351 is é in Latin-1.
        Process touch = new ProcessBuilder("sh", "-c", "touch \"$1/a/$(printf 'caf\\351').wsp\"", "sh", root.toString())
                .start();
        assertThat(touch.waitFor()).isZero();
        start();
        assertThat(names()).containsExactly("a.good");
        assertThat(inventory.status().strangeNames()).isEqualTo(4);
    }

    @Test
    void countsSeriesThatAreStoredUnderTheirHash() throws IOException {
        file(TaggedSeries.storedName("disk.used;host=a").relativePath());
        file(TaggedSeries.hashedName("disk.used;host=b").relativePath());
        start();
        assertThat(inventory.status().unplaceable()).isEqualTo(1);
        assertThat(inventory.status().metrics()).isEqualTo(2);
    }

    @Test
    void isKeptTrueByTheDaemonsOwnWork() throws IOException {
        file("b.wsp");
        file("d.wsp");
        start();
        inventory.created(metric("c"));
        inventory.deleted(metric("b"));
        inventory.created(metric("a"));
        assertThat(names()).containsExactly("a", "c", "d");
        assertThat(inventory.status().metrics()).isEqualTo(3);
        inventory.created(metric("b"));
        inventory.deleted(metric("a"));
        assertThat(names()).containsExactly("b", "c", "d");
        assertThat(inventory.status().metrics()).isEqualTo(3);
    }

    @Test
    void aSnapshotStaysWhatItWas() throws IOException {
        file("a.wsp");
        start();
        InventorySnapshot before = inventory.snapshot(false).orElseThrow();
        for (int i = 0; i < 50; i++) {
            inventory.created(metric("new" + i));
        }
        inventory.deleted(metric("a"));
        List<String> names = new ArrayList<>();
        before.forEach(NameFilter.ALL, (name, length) -> names.add(new String(name, 0, length, UTF_8)));
        assertThat(names).containsExactly("a");
    }

    @Test
    void manyChangesAreMergedIntoTheList() throws IOException {
        file("m.wsp");
        start();
        List<String> expected = new ArrayList<>(List.of("m"));
        for (int i = 0; i < 200; i++) {
            inventory.created(metric("n" + (1000 + i)));
            if (i % 2 == 0) {
                inventory.deleted(metric("n" + (1000 + i)));
            } else {
                expected.add("n" + (1000 + i));
            }
        }
        assertThat(names()).isEqualTo(expected);
        await(() -> inventory.pendingChanges() <= Math.max(FEW_CHANGES, expected.size() / 8));
        assertThat(names()).isEqualTo(expected);
        assertThat(inventory.status().metrics()).isEqualTo(expected.size());
    }

    @Test
    void aForcedRequestWaitsForAWalkAndFurtherOnesAreServedByIt() throws IOException {
        file("a.wsp");
        start();
        file("b.wsp");
        assertThat(names()).containsExactly("a");
        assertThat(inventory.snapshot(true)).isEmpty();
        await(() -> inventory.snapshot(true).isPresent());
        assertThat(names()).containsExactly("a", "b");

        file("c.wsp");
        clock.pass(Duration.ofSeconds(59));
        assertThat(inventory.snapshot(true)).isPresent();
        assertThat(names()).containsExactly("a", "b");
        clock.pass(Duration.ofSeconds(2));
        assertThat(inventory.snapshot(true)).isEmpty();
        await(() -> inventory.snapshot(true).isPresent());
        assertThat(names()).containsExactly("a", "b", "c");
    }

    @Test
    void anOldListIsReplacedInTheBackgroundAndServesMeanwhile() throws IOException {
        file("a.wsp");
        start();
        file("b.wsp");
        Files.delete(root.resolve("a.wsp"));
        clock.pass(VALIDITY.plusSeconds(1));
        assertThat(inventory.snapshot(false)).isPresent();
        await(() -> inventory.status().builtAt().orElseThrow().equals(clock.instant()));
        assertThat(names()).containsExactly("b");
    }

    /** Leftovers in a folder, and what to do when a walk comes upon them: an event at a known moment of a walk. */
    private LeftoverRecovery during(String directory, Runnable action) throws IOException {
        file(directory + "/.bucky-0123456789abcdef");
        return new LeftoverRecovery() {
            @Override
            public void leftoversIn(String found) {
                if (found.equals(directory)) {
                    action.run();
                }
            }

            @Override
            public void walkCompleted() {}
        };
    }

    private void walkAgain() {
        clock.pass(VALIDITY.plusSeconds(1));
        assertThat(inventory.snapshot(false)).isPresent();
        await(() -> inventory.status().builtAt().orElseThrow().equals(clock.instant())
                && !inventory.status().walking());
    }

    @Test
    void aWalkKeepsWhatChangedWhileItWentOn() throws Exception {
        file("a/gone.wsp");
        file("a/old.wsp");
        file("m/gone.wsp");
        file("z/gone.wsp");
        start(during("m", () -> {
            for (String folder : List.of("a", "m", "z")) {
                // The files stay and are none for the walk to find: it is as if it had passed before, or had been
                // faster.
                inventory.deleted(metric(folder + ".gone"));
                inventory.created(metric(folder + ".new"));
            }
            inventory.created(metric("x"));
            inventory.deleted(metric("x"));
            inventory.deleted(metric("y"));
            inventory.created(metric("y"));
        }));
        List<String> expected = List.of("a.new", "a.old", "m.new", "y", "z.new");
        assertThat(names()).isEqualTo(expected);
        assertThat(inventory.status().metrics()).isEqualTo(expected.size());

        walkAgain();
        assertThat(names()).isEqualTo(expected);
    }

    @Test
    void aWalkForgetsWhatChangedBeforeIt() throws IOException {
        file("a.wsp");
        start();
        inventory.created(metric("not.really"));
        inventory.deleted(metric("a"));
        assertThat(names()).containsExactly("not.really");
        walkAgain();
        assertThat(names()).containsExactly("a");
    }

    @Test
    void whatChangedDuringAWalkAndWasMergedIsStillThereAfterIt() throws Exception {
        file("a.wsp");
        start(during("m", () -> {
            for (int i = 0; i < 20_000; i++) {
                inventory.created(metric("n" + (100_000 + i)));
            }
            for (int i = 0; i < 20_000; i += 2) {
                inventory.deleted(metric("n" + (100_000 + i)));
            }
        }));
        assertThat(names()).hasSize(10_001).contains("n100001", "a").doesNotContain("n100000");
        await(() -> inventory.pendingChanges() <= 10_001 / 8);
        assertThat(names()).hasSize(10_001).contains("n100001", "a").doesNotContain("n100000");
    }

    @Test
    void manyThreadsReportWhileOthersReadAndWalk() throws Exception {
        for (int i = 0; i < 300; i++) {
            file("base/f" + i % 7 + "/m" + i + ".wsp");
        }
        start();
        int threads = 4;
        int each = 6_000;
        List<Thread> writers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            String prefix = "t" + t + ".n";
            writers.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    inventory.created(metric(prefix + i));
                    if (i % 3 == 0) {
                        inventory.deleted(metric(prefix + i));
                    }
                }
            }));
        }
        long last = 0;
        while (writers.stream().anyMatch(Thread::isAlive)) {
            List<String> names = names();
            assertThat(names).isSorted().doesNotHaveDuplicates();
            // Each writer has deleted no more than a third of what it made, and one that is about to be.
            assertThat((long) names.size()).isGreaterThanOrEqualTo(last - threads);
            last = names.size();
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(names()).hasSize(300 + threads * each * 2 / 3);
        assertThat(inventory.status().metrics()).isEqualTo(300 + threads * each * 2 / 3);
    }

    @Test
    void aForceDuringAForcedWalkBeginsNoOther() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger walks = new AtomicInteger();
        AtomicBoolean hold = new AtomicBoolean();
        start(during("m", () -> {
            walks.incrementAndGet();
            if (hold.get()) {
                awaitUninterruptibly(goOn);
            }
        }));
        hold.set(true);
        assertThat(inventory.snapshot(true)).isEmpty();
        await(() -> walks.get() == 2);
        for (int i = 0; i < 5; i++) {
            assertThat(inventory.snapshot(true)).isEmpty();
            assertThat(inventory.snapshot(false))
                    .as("the old list serves meanwhile")
                    .isPresent();
        }
        assertThat(inventory.status().walking()).isTrue();
        goOn.countDown();
        await(() -> inventory.snapshot(true).isPresent());
        await(() -> !inventory.status().walking());
        assertThat(walks).hasValue(2);
    }

    @Test
    void aRescanShowsWhatIsOnTheDiskNowHoweverShortlyAfterAnother() throws IOException {
        file("a.wsp");
        start();
        for (String name : List.of("b", "c", "d")) {
            file(name + ".wsp");
            inventory.rescan();
            await(() -> inventory.snapshot(false).isPresent());
            assertThat(names()).contains(name);
        }
    }

    @Test
    void aForceDuringAnotherWalkGetsAWalkOfItsOwn() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger walks = new AtomicInteger();
        inventory = new Inventory(root, VALIDITY, clock, FEW_CHANGES);
        inventory.start(during("m", () -> {
            walks.incrementAndGet();
            awaitUninterruptibly(goOn);
        }));
        await(() -> walks.get() == 1);
        // The first walk may have passed what the request wants to see.
        assertThat(inventory.snapshot(true)).isEmpty();
        goOn.countDown();
        await(() -> inventory.snapshot(true).isPresent());
        assertThat(walks).hasValue(2);
    }

    @Test
    void aClockThatWasSetBackMakesListsOldRatherThanYoungForLong() throws IOException {
        file("a.wsp");
        start();
        assertThat(inventory.snapshot(true)).isEmpty();
        await(() -> inventory.snapshot(true).isPresent());
        clock.pass(Duration.ofDays(-1));
        assertThat(inventory.snapshot(true)).isEmpty();
        await(() -> inventory.snapshot(true).isPresent());
    }

    @Test
    void aStoreThatIsGoneLeavesTheOldListAndSaysSo() throws IOException {
        file("a.wsp");
        start();
        Path away = root.resolveSibling(root.getFileName() + "-away");
        Files.move(root, away);
        try {
            clock.pass(VALIDITY.plusSeconds(1));
            assertThat(inventory.snapshot(false)).isPresent();
            await(() -> inventory.status().problem().isPresent());
            assertThat(inventory.status().problem().get())
                    .contains(root.toString())
                    .contains("ENOENT");
            assertThat(inventory.status().ready()).isTrue();
            assertThat(names()).containsExactly("a");
        } finally {
            Files.move(away, root);
        }
        clock.pass(Inventory.PAUSE_AFTER_FAILURE.plusSeconds(1));
        assertThat(names()).containsExactly("a");
        await(() -> inventory.status().problem().isEmpty());
    }

    @Test
    void aFirstWalkThatFailsIsMadeAgainWhenSomeoneAsks() throws IOException {
        Path notThereYet = root.resolve("later");
        inventory = new Inventory(notThereYet, VALIDITY, clock, FEW_CHANGES);
        inventory.start(LeftoverRecovery.NONE);
        await(() -> inventory.status().problem().isPresent());
        assertThat(inventory.snapshot(false)).isEmpty();
        file("later/a.wsp");
        clock.pass(Inventory.PAUSE_AFTER_FAILURE.plusSeconds(1));
        await(() -> inventory.snapshot(false).isPresent());
        assertThat(names()).containsExactly("a");
    }

    @Test
    void theRootMayBeALink() throws IOException {
        file("store/a.wsp");
        Path link = Files.createSymbolicLink(root.resolve("link"), Path.of("store"));
        inventory = new Inventory(link, VALIDITY, clock, FEW_CHANGES);
        inventory.start(LeftoverRecovery.NONE);
        await(() -> inventory.status().ready());
        assertThat(names()).containsExactly("a");
    }

    @Test
    void closingStopsAWalk() throws Exception {
        for (int i = 0; i < 100; i++) {
            file("z/f" + i + "/m.wsp");
        }
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        inventory = new Inventory(root, VALIDITY, clock, FEW_CHANGES);
        inventory.start(during("a", () -> {
            begun.countDown();
            awaitUninterruptibly(closing);
        }));
        begun.await();
        Thread closer = Thread.ofPlatform().start(inventory::close);
        // It waits for the walk, which must not go on as if nothing had happened.
        await(() -> closer.getState() == Thread.State.WAITING);
        closing.countDown();
        closer.join();
        assertThat(inventory.snapshot(false)).isEmpty();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tellsWhereLeftoversAreAndWhenTheWalkIsComplete() throws Exception {
        file("a/b/.bucky-0123456789abcdef");
        Files.createDirectories(root.resolve("c/.bucky-retire-0123456789abcdef"));
        file("d/.other");
        file(".bucky-0123456789abcdef");
        Recorder recorder = new Recorder();
        start(recorder);
        recorder.completed.await();
        assertThat(recorder.directories).containsExactlyInAnyOrder("", "a/b", "c");
    }

    @Test
    void filtersByExpressionListAndPrefix() throws IOException {
        for (String path : List.of("carbon/x.wsp", "servers/a/cpu.wsp", "servers/b/cpu.wsp", "servers/b/été.wsp")) {
            file(path);
        }
        start();
        assertThat(names(NameFilter.of(Optional.of("cpu$"), Optional.empty())))
                .containsExactly("servers.a.cpu", "servers.b.cpu");
        assertThat(names(NameFilter.of(Optional.of("^servers\\.b\\..t.$"), Optional.empty())))
                .containsExactly("servers.b.été");
        assertThat(names(
                        NameFilter.of(Optional.empty(), Optional.of(list("servers.b.cpu", "none", "carbon.x", "zzz")))))
                .containsExactly("carbon.x", "servers.b.cpu");
        assertThat(names(NameFilter.of(Optional.of("cpu"), Optional.of(list("servers.b.cpu", "carbon.x")))))
                .containsExactly("servers.b.cpu");
        assertThat(names(NameFilter.ALL.except(List.of("carbon.", "servers.a"))))
                .containsExactly("servers.b.cpu", "servers.b.été");
        assertThat(names(NameFilter.of(Optional.empty(), Optional.of(NameList.EMPTY))))
                .isEmpty();
        assertThatThrownBy(() -> NameFilter.of(Optional.of("a(b"), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a(b");
    }

    private static NameList list(String... names) {
        NameList.Builder builder = NameList.builder();
        for (String name : names) {
            builder.add(name);
        }
        return builder.build();
    }

    @Test
    void findsWhatARingPutsElsewhere() throws IOException {
        HashRing ring = HashRings.of(
                RingType.JUMP_FNV1A,
                List.of(
                        new Member("one", 0, Optional.of("0")),
                        new Member("two", 0, Optional.of("1")),
                        new Member("three", 0, Optional.of("2"))));
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            file("m/x" + (100 + i) + ".wsp");
            all.add("m.x" + (100 + i));
        }
        String series = "disk.used;host=a";
        MetricName tagged = TaggedSeries.storedName(series);
        file(tagged.relativePath());
        file(TaggedSeries.hashedName("disk.used;host=b").relativePath());
        start();
        List<String> found = new ArrayList<>();
        Misplaced.Counts counts = Misplaced.find(
                inventory.snapshot(false).orElseThrow(),
                ring,
                "two",
                NameFilter.ALL,
                (name, length, owners) -> found.add(new String(name, 0, length, UTF_8) + " " + owners));
        List<String> expected = new ArrayList<>();
        if (!ring.stores(series).contains("two")) {
            expected.add(tagged + " " + ring.stores(series));
        }
        for (String name : all) {
            if (!ring.stores(name).contains("two")) {
                expected.add(name + " " + ring.stores(name));
            }
        }
        assertThat(found).isEqualTo(expected);
        assertThat(counts).isEqualTo(new Misplaced.Counts(101 - expected.size(), expected.size(), 1));
    }
}
