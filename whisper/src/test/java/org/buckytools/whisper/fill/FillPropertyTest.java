package org.buckytools.whisper.fill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SortedMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

final class FillPropertyTest {
    @Property(tries = 5_000)
    void doesWhatTheRulesSayOnMaps(@ForAll long seed) {
        checkAgainstReference(new RandomFiles(seed, false));
    }

    @Property(tries = 60)
    void doesWhatTheRulesSayOnMapsInLongArchives(@ForAll long seed) {
        checkAgainstReference(new RandomFiles(seed, false, 200));
    }

    private static void checkAgainstReference(RandomFiles files) {
        TestFile[] pair = files.pair();
        TestFile destination = pair[1];
        String before = destination.toString();
        ReferenceFill expected = new ReferenceFill(pair[0], destination, files.now);

        FillReport report = destination.fillFrom(pair[0], files.now);

        String story = "now " + files.now + "\nsource " + pair[0] + "\ndestination " + before;
        for (ReferenceFill.Ring ring : expected.destination) {
            assertThat(destination.bitsAt(ring.index, files.now))
                    .as("archive %s of\n%s", ring.index, story)
                    .isEqualTo(ring.after);
        }
        assertThat(report).as(story).isEqualTo(expected.report());
    }

    @Property(tries = 1_000)
    void changesNotOneByteTheSecondTime(@ForAll long seed) {
        RandomFiles files = new RandomFiles(seed, false);
        TestFile[] pair = files.pair();
        FillReport first = pair[1].fillFrom(pair[0], files.now);
        byte[] once = pair[1].array().clone();

        FillPlan again = Fill.plan(pair[0].image(), pair[1].image(), files.now);

        assertThat(pair[1].write(again, Integer.MAX_VALUE)).isZero();
        assertThat(again.report().changed()).isFalse();
        assertThat(again.report().sourceHoldsMore()).isEqualTo(first.sourceHoldsMore());
        assertThat(pair[1].array()).isEqualTo(once);
    }

    @Property(tries = 1_000)
    void isCompletedBySecondRunAfterACrashBetweenAnyTwoWrites(@ForAll long seed) {
        // With values that never coincide: a coarser point that by chance equals what a part of the finer ones
        // aggregates
        // to is not told from one that came from them. And with steps that divide each other, as they must.
        RandomFiles files = new RandomFiles(seed, true);
        TestFile[] pair = files.pair();
        FillPlan plan = Fill.plan(pair[0].image(), pair[1].image(), files.now);
        TestFile uninterrupted = pair[1].copy();
        int writes = uninterrupted.write(plan, Integer.MAX_VALUE);
        for (int done = 0; done < writes; done++) {
            TestFile crashed = pair[1].copy();
            crashed.write(plan, done);
            crashed.fillFrom(pair[0], files.now);
            for (int archive = 0; archive < crashed.header.archives().size(); archive++) {
                assertThat(crashed.bitsAt(archive, files.now))
                        .as(
                                "archive %s after %s of %s writes, now %s, source %s\ndestination %s",
                                archive, done, writes, files.now, pair[0], pair[1])
                        .isEqualTo(uninterrupted.bitsAt(archive, files.now));
            }
            assertThat(crashed.array()).isEqualTo(uninterrupted.array());
        }
    }

    @Property(tries = 200)
    void isCompletedBySecondRunAfterACrashBetweenAnyTwoStores(@ForAll long seed) {
        RandomFiles files = new RandomFiles(seed, true);
        TestFile[] pair = files.pair();
        FillPlan plan = Fill.plan(pair[0].image(), pair[1].image(), files.now);
        int finest = finest(pair[1]);
        SortedMap<Long, Long> own = pair[1].bitsAt(finest, files.now);
        TestFile uninterrupted = pair[1].copy();
        uninterrupted.write(plan, Integer.MAX_VALUE);
        TestFile stored = pair[1].copy();
        boolean backwards = seed % 2 == 0;
        int stores = stored.writeAndStore(plan, backwards, Integer.MAX_VALUE);
        assertThat(stored.array()).isEqualTo(uninterrupted.array());
        for (int done = 0; done < stores; done++) {
            TestFile crashed = pair[1].copy();
            crashed.writeAndStore(plan, backwards, done);
            SortedMap<Long, Long> points = crashed.bitsAt(finest, files.now);
            assertThat(points).containsAllEntriesOf(own);
            assertThat(uninterrupted.bitsAt(finest, files.now)).containsAllEntriesOf(points);
            crashed.fillFrom(pair[0], files.now);
            assertThat(crashed.array())
                    .as(
                            "after %s of %s stores, now %s, source %s\ndestination %s",
                            done, stores, files.now, pair[0], pair[1])
                    .isEqualTo(uninterrupted.array());
        }
    }

    @Property(tries = 1_000)
    void losesNoPointOfTheFinestArchiveWhereverItStops(@ForAll long seed) {
        RandomFiles files = new RandomFiles(seed, false);
        TestFile[] pair = files.pair();
        FillPlan plan = Fill.plan(pair[0].image(), pair[1].image(), files.now);
        int finest = finest(pair[1]);
        SortedMap<Long, Long> own = pair[1].bitsAt(finest, files.now);
        int writes = pair[1].copy().write(plan, Integer.MAX_VALUE);
        for (int done = 0; done <= writes; done++) {
            TestFile stopped = pair[1].copy();
            stopped.write(plan, done);
            assertThat(stopped.bitsAt(finest, files.now)).containsAllEntriesOf(own);
        }
    }

    @Property(tries = 1_000)
    void takesEveryPointOfTheSameStepThatFindsAnEmptySlot(@ForAll long seed) {
        RandomFiles files = new RandomFiles(seed, false);
        TestFile[] pair = files.pair();
        TestFile before = pair[1].copy();
        pair[1].fillFrom(pair[0], files.now);
        int finest = finest(before);
        long step = before.archive(finest).secondsPerPoint();
        for (int archive = 0; archive < pair[0].header.archives().size(); archive++) {
            if (pair[0].archive(archive).secondsPerPoint() == step) {
                SortedMap<Long, Long> own = before.bitsAt(finest, files.now);
                SortedMap<Long, Long> after = pair[1].bitsAt(finest, files.now);
                long base = before.time(finest, 0);
                pair[0].bitsAt(archive, files.now).forEach((time, bits) -> {
                    boolean covered = time > files.now - before.archive(finest).retention();
                    boolean free = base == 0
                            || before.time(finest, before.archive(finest).slot(base, time)) < time;
                    if (covered && free) {
                        assertThat(after).containsEntry(time, bits);
                    } else if (own.containsKey(time)) {
                        assertThat(after).containsEntry(time, own.get(time));
                    }
                });
            }
        }
    }

    @Property(tries = 1_000)
    void givesAnEmptyFileOfTheSameSchemaEveryPoint(@ForAll long seed) {
        RandomFiles files = new RandomFiles(seed, false);
        TestFile source = files.file(files.header(), null);
        TestFile destination = TestFile.create(source.header);
        destination.fillFrom(source, files.now);
        for (int archive = 0; archive < source.header.archives().size(); archive++) {
            assertThat(destination.bitsAt(archive, files.now).keySet())
                    .containsAll(source.bitsAt(archive, files.now).keySet());
        }
        int finest = finest(source);
        assertThat(destination.bitsAt(finest, files.now)).isEqualTo(source.bitsAt(finest, files.now));
    }

    @Property(tries = 1_000)
    void writesOnlySlotsThatChangeAndNeverAcrossAPage(@ForAll long seed) throws Exception {
        RandomFiles files = new RandomFiles(seed, false);
        TestFile[] pair = files.pair();
        TestFile before = pair[1].copy();
        FillPlan plan = Fill.plan(pair[0].image(), pair[1].image(), files.now);
        boolean[] written = new boolean[pair[1].array().length];
        plan.writes().writeTo((data, offset) -> {
            assertThat(offset / 4096).isEqualTo((offset + data.remaining() - 1) / 4096);
            Arrays.fill(written, (int) offset, (int) offset + data.remaining(), true);
            data.position(data.limit());
        });
        pair[1].write(plan, Integer.MAX_VALUE);
        for (int archive = 0; archive < before.header.archives().size(); archive++) {
            for (int slot = 0; slot < before.archive(archive).points(); slot++) {
                int offset = (int) before.archive(archive).pointOffset(slot);
                boolean changed =
                        !Arrays.equals(before.array(), offset, offset + 12, pair[1].array(), offset, offset + 12);
                assertThat(written[offset] || written[offset + 11]).isEqualTo(changed);
                Arrays.fill(written, offset, offset + 12, false);
            }
        }
        assertThat(written).doesNotContain(true);
    }

    @Property(tries = 1_000)
    void worksTheSameOnDirectMemory(@ForAll long seed) throws Exception {
        RandomFiles files = new RandomFiles(seed, false);
        TestFile[] pair = files.pair();
        WhisperImage direct = WhisperImage.of(
                java.nio.ByteBuffer.allocateDirect(pair[0].array().length)
                        .put(pair[0].array())
                        .flip(),
                "direct");
        assertThat(Fill.plan(direct, pair[1].image(), files.now).report())
                .isEqualTo(
                        Fill.plan(pair[0].image(), pair[1].image(), files.now).report());
    }

    private static int finest(TestFile file) {
        int finest = 0;
        for (int i = 1; i < file.header.archives().size(); i++) {
            if (file.archive(i).secondsPerPoint() < file.archive(finest).secondsPerPoint()) {
                finest = i;
            }
        }
        return finest;
    }
}
