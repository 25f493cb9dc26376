package org.buckytools.whisper.reshape;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.fill.RandomFiles;
import org.buckytools.whisper.fill.TestFile;

/**
 * Which points survive, said anew on maps from time to value: {@code was} is what an old archive holds, {@code is} what a new
 * one does.
 */
final class ReshapePropertyTest {
    /** A random file, a random change of it that is possible, and the result. */
    private static final class Case {
        final TestFile old;
        final TestFile fresh;
        final Reshape reshape;
        final ReshapeReport report;
        final long now;

        private Case(TestFile old, TestFile fresh, Reshape reshape, ReshapeReport report, long now) {
            this.old = old;
            this.fresh = fresh;
            this.reshape = reshape;
            this.report = report;
            this.now = now;
        }

        /** Empty if the seed gives a change that cannot be, which is then refused. */
        static Optional<Case> of(long seed) throws IOException {
            RandomFiles files = new RandomFiles(seed, false);
            Random random = new Random(~seed);
            TestFile old = files.file(files.header(), null);
            // Sometimes long after the last write, so that whole archives are out of date.
            long now = files.now + (random.nextInt(6) == 0 ? random.nextInt(300) : 0);
            Reshape reshape;
            try {
                reshape = Reshape.of(old.header, change(random, old), "it");
            } catch (ImpossibleChangeException e) {
                return Optional.empty();
            }
            byte[] content = new byte[reshape.size()];
            ReshapeReport report = reshape.run(ByteBuffer.wrap(old.array().clone()), ByteBuffer.wrap(content), now);
            return Optional.of(new Case(old, new TestFile(reshape.after(), content), reshape, report, now));
        }

        private static Change change(Random random, TestFile old) {
            List<Retention> retentions = finestFirst(old);
            Optional<Change.Resize> resize = Optional.empty();
            if (random.nextBoolean()) {
                int index = random.nextInt(retentions.size());
                Retention retention = retentions.get(index);
                int points = Math.max(1, retention.points() + random.nextInt(30) - 15);
                resize = Optional.of(new Change.Resize(index, new Retention(retention.secondsPerPoint(), points)));
            }
            List<Retention> added = new ArrayList<>();
            if (random.nextInt(3) == 0) {
                Retention near = retentions.get(random.nextInt(retentions.size()));
                long step = random.nextBoolean()
                        ? near.secondsPerPoint() * (2 + random.nextInt(3))
                        : Math.max(1, near.secondsPerPoint() / 2);
                added.add(new Retention(step, 1 + random.nextInt(40)));
            }
            List<Retention> dropped = new ArrayList<>();
            if (random.nextInt(3) == 0) {
                dropped.add(retentions.get(random.nextInt(retentions.size())));
            }
            dropped.removeAll(added);
            return new Change(
                    resize,
                    added,
                    dropped,
                    random.nextInt(4) == 0 ? Aggregation.ofCode(1 + random.nextInt(8)) : Optional.empty(),
                    random.nextInt(4) == 0 ? Optional.of(random.nextFloat()) : Optional.empty(),
                    true);
        }

        /** All that an archive holds where it would be found, whatever time it is. */
        SortedMap<Long, Long> was(ArchiveInfo info) {
            return held(old, old.header.archives().indexOf(info));
        }

        SortedMap<Long, Long> is(ArchiveInfo info) {
            return held(fresh, fresh.header.archives().indexOf(info));
        }

        private static SortedMap<Long, Long> held(TestFile file, int archive) {
            SortedMap<Long, Long> points = new TreeMap<>();
            ArchiveInfo info = file.archive(archive);
            long base = file.time(archive, 0);
            for (int slot = 0; slot < info.points() && base != 0; slot++) {
                long time = file.time(archive, slot);
                if (time != 0 && time % info.secondsPerPoint() == 0 && info.slot(base, time) == slot) {
                    points.put(time, file.bits(archive, slot));
                }
            }
            return points;
        }

        /** Those that readers see, or will see. */
        SortedMap<Long, Long> seen(ArchiveInfo info, SortedMap<Long, Long> points) {
            return new TreeMap<>(points.tailMap(Math.max(0, now - info.retention()) + 1));
        }

        Optional<ArchiveInfo> ofStep(long step) {
            return fresh.header.archives().stream()
                    .filter(info -> info.secondsPerPoint() == step)
                    .findFirst();
        }

        Optional<ArchiveInfo> finestFor(long time) {
            return fresh.header.archives().stream()
                    .filter(info -> info.align(time) > Math.max(0, now - info.retention()))
                    .min(Comparator.comparingLong(ArchiveInfo::secondsPerPoint));
        }

        /** Whether a later point, or one that readers see, lies where this one would have to be. */
        boolean isBlocked(ArchiveInfo info, long time) {
            int index = fresh.header.archives().indexOf(info);
            long base = fresh.time(index, 0);
            long stored = base == 0 ? 0 : fresh.time(index, info.slot(base, info.align(time)));
            return stored > info.align(time) || seen(info, is(info)).containsKey(stored);
        }

        @Override
        public String toString() {
            return "now " + now + "\nold " + old + "\nnew " + fresh + "\n" + report;
        }
    }

    @Property(tries = 1_500)
    void aPointWhoseArchiveStillReachesBackToItKeepsItsSlotAndEveryBit(@ForAll long seed) throws IOException {
        Optional<Case> tried = Case.of(seed);
        if (tried.isEmpty()) {
            return;
        }
        Case one = tried.get();
        for (ArchiveInfo old : one.old.header.archives()) {
            Optional<ArchiveInfo> same = one.ofStep(old.secondsPerPoint());
            if (same.isEmpty()) {
                continue;
            }
            ArchiveInfo info = same.get();
            SortedMap<Long, Long> was = one.was(old);
            SortedMap<Long, Long> is = one.is(info);
            if (old.points() == info.points()) {
                // Also what nobody sees any more, unless another archive's point got its slot.
                was.forEach((time, bits) -> assertThat(is.containsKey(time) || one.isBlocked(info, time))
                        .as("%s in %s of %s", time, info, one)
                        .isTrue());
                assertThat(is).as("%s", one).containsAllEntriesOf(one.seen(old, was));
            }
            SortedMap<Long, Long> within = one.seen(info, was);
            within.keySet().removeIf(time -> time > one.now);
            assertThat(is).as("%s of %s", info, one).containsAllEntriesOf(within);
            was.tailMap(one.now + 1)
                    .forEach((time, bits) -> assertThat(is.get(time))
                            .as("%s of the future in %s of %s", time, info, one)
                            .isIn(one.isBlocked(info, time) ? null : bits, bits));
        }
    }

    @Property(tries = 1_500)
    void everyOtherPointLivesOnInWhatIsKeptOfItsTimeOrIsCountedAsLost(@ForAll long seed) throws IOException {
        Optional<Case> tried = Case.of(seed);
        if (tried.isEmpty()) {
            return;
        }
        Case one = tried.get();
        long lost = 0;
        long kept = 0;
        for (ArchiveInfo old : one.old.header.archives()) {
            long step = old.secondsPerPoint();
            for (Map.Entry<Long, Long> point : one.seen(old, one.was(old)).entrySet()) {
                long time = point.getKey();
                Optional<ArchiveInfo> same = one.ofStep(step);
                if (same.isPresent() && one.is(same.get()).containsKey(time)) {
                    kept++;
                    continue;
                }
                Optional<ArchiveInfo> home = one.finestFor(time);
                if (home.isEmpty()) {
                    lost++;
                    continue;
                }
                ArchiveInfo info = home.get();
                long until = Math.max(info.align(time) + 1, info.align(time + step));
                boolean lives = !one.is(info).subMap(info.align(time), until).isEmpty();
                if (!lives) {
                    assertThat(one.isBlocked(info, time))
                            .as("%s of %s in %s of %s", time, old, info, one)
                            .isTrue();
                    lost++;
                }
            }
        }
        assertThat(one.report.lost()).as("%s", one).isEqualTo(lost);
        assertThat(one.report.kept()).as("%s", one).isEqualTo(kept);
        long all = one.old.header.archives().stream()
                .mapToLong(old -> one.seen(old, one.was(old)).size())
                .sum();
        // What is kept may have been placed in a finer archive, too.
        assertThat(one.report.kept() + one.report.placed() + one.report.condensed() + one.report.lost())
                .as("%s", one)
                .isGreaterThanOrEqualTo(all);
    }

    @Property(tries = 1_500)
    void newCoarserPointsAreAggregatedByMethodAndXFilesFactor(@ForAll long seed) throws IOException {
        Optional<Case> tried = Case.of(seed);
        if (tried.isEmpty() || tried.get().reshape.extent() != Reshape.Extent.WHOLE) {
            return;
        }
        Case one = tried.get();
        for (ArchiveInfo info : one.fresh.header.archives()) {
            boolean isNew = one.old.header.archives().stream()
                    .noneMatch(old -> old.secondsPerPoint() == info.secondsPerPoint());
            if (!isNew) {
                continue;
            }
            for (long time : TestFile.times(info, one.now)) {
                Optional<ArchiveInfo> nearest = one.old.header.archives().stream()
                        .filter(old -> old.secondsPerPoint() < info.secondsPerPoint()
                                && info.secondsPerPoint() % old.secondsPerPoint() == 0
                                && time > one.now - old.retention())
                        .max(Comparator.comparingLong(ArchiveInfo::secondsPerPoint));
                if (nearest.isEmpty()) {
                    continue;
                }
                SortedMap<Long, Long> under =
                        under(one.seen(nearest.get(), one.was(nearest.get())), time, info, one.now);
                Optional<ArchiveInfo> finer = one.fresh.header.archives().stream()
                        .filter(each -> each.secondsPerPoint() < info.secondsPerPoint())
                        .max(Comparator.comparingLong(ArchiveInfo::secondsPerPoint));
                if (finer.isPresent()
                        && (finer.get().secondsPerPoint() != nearest.get().secondsPerPoint()
                                || !under(one.is(finer.get()), time, info, one.now)
                                        .equals(under))) {
                    // It got points from elsewhere, which count, too.
                    continue;
                }
                double[] known = under.values().stream()
                        .mapToDouble(Double::longBitsToDouble)
                        .toArray();
                int slots = (int) (info.secondsPerPoint() / nearest.get().secondsPerPoint());
                if (known.length > 0 && (double) known.length / slots >= one.fresh.header.xFilesFactor()) {
                    double value = one.fresh.header.aggregation().aggregate(known, 0, known.length, slots);
                    Long bits = one.is(info).get(time);
                    assertThat(bits == null ? null : Double.longBitsToDouble(bits))
                            .as("%s in %s of %s", time, info, one)
                            .isEqualTo((Double) value);
                }
            }
        }
    }

    /** The points under a coarser slot, as far as they are not of the future. */
    private static SortedMap<Long, Long> under(
            SortedMap<Long, Long> points, long start, ArchiveInfo coarser, long now) {
        SortedMap<Long, Long> under = new TreeMap<>(points);
        under.keySet().removeIf(time -> time < start || time >= start + coarser.secondsPerPoint() || time > now);
        return under;
    }

    @Property(tries = 1_000)
    void aFileThatIsAsWantedIsLeftAlone(@ForAll long seed) throws IOException {
        RandomFiles files = new RandomFiles(seed, false);
        TestFile old = files.file(files.header(), null);
        Change change = Case.change(new Random(~seed), old);
        Reshape first;
        try {
            first = Reshape.of(old.header, change, "it");
        } catch (ImpossibleChangeException e) {
            return;
        }
        assertThat(Reshape.of(first.after(), change, "it").extent()).isEqualTo(Reshape.Extent.NOTHING);
    }

    @Property(tries = 1_000)
    void thereAndBackKeepsEveryPointThatTheWayThereKept(@ForAll long seed) throws IOException {
        RandomFiles files = new RandomFiles(seed, false);
        TestFile old = files.file(files.header(), null);
        Random random = new Random(seed);
        int index = random.nextInt(old.header.archives().size());
        Retention was = finestFirst(old).get(index);
        Retention longer = new Retention(was.secondsPerPoint(), was.points() + 1 + random.nextInt(30));
        byte[] there;
        byte[] back;
        Reshape second;
        try {
            Reshape first = Reshape.of(old.header, resized(index, longer), "it");
            there = new byte[first.size()];
            ReshapeReport report = first.run(ByteBuffer.wrap(old.array().clone()), ByteBuffer.wrap(there), files.now);
            // Of the future, if anything: in a ring of another length others can be in their way.
            assertThat(report.lost()).isLessThanOrEqualTo(laterThanNow(old, files.now));
            second = Reshape.of(first.after(), resized(index, was), "it");
            back = new byte[second.size()];
            second.run(ByteBuffer.wrap(there), ByteBuffer.wrap(back), files.now);
        } catch (ImpossibleChangeException e) {
            return;
        }
        TestFile again = new TestFile(second.after(), back);
        for (ArchiveInfo info : again.header.archives()) {
            int archive = again.header.archives().indexOf(info);
            int before = old.header.retentions().indexOf(info.schema());
            assertThat(again.bitsAt(archive, files.now)).containsAllEntriesOf(old.bitsAt(before, files.now));
        }
    }

    private static List<Retention> finestFirst(TestFile file) {
        List<Retention> retentions = new ArrayList<>(file.header.retentions());
        retentions.sort(Comparator.comparingLong(Retention::secondsPerPoint));
        return retentions;
    }

    private static long laterThanNow(TestFile file, long now) {
        long later = 0;
        for (int archive = 0; archive < file.header.archives().size(); archive++) {
            later += Case.held(file, archive).tailMap(now + 1).size();
        }
        return later;
    }

    private static Change resized(int index, Retention retention) {
        return new Change(
                Optional.of(new Change.Resize(index, retention)),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                false);
    }
}
