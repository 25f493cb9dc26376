package org.buckytools.whisper.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.buckytools.whisper.Aggregation.AVERAGE;
import static org.buckytools.whisper.Aggregation.AVG_ZERO;
import static org.buckytools.whisper.Aggregation.LAST;
import static org.buckytools.whisper.Aggregation.MAX;
import static org.buckytools.whisper.Aggregation.SUM;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.buckytools.whisper.UnsupportedWhisperFormatException;
import org.buckytools.whisper.WhisperHeader;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** One test for each sentence of the rules in {@code docs/fill.md}. */
final class FillTest {
    /** Start of a minute, of two minutes and of ten. */
    private static final long T = 1_700_000_400L;

    private static final long NOW = T + 119;
    /** Its finest archive covers exactly the minutes T and T + 60. */
    private static final String SCHEMA = "10s:2m,1m:10m";

    private final TestFile source = TestFile.create(SCHEMA, AVERAGE, 0.5f);
    private final TestFile destination = TestFile.create(SCHEMA, AVERAGE, 0.5f);

    private FillReport fill() {
        return destination.fillFrom(source, NOW);
    }

    private static TestFile fine(long time, double... values) {
        return TestFile.create(SCHEMA, AVERAGE, 0.5f).points(0, time, values);
    }

    @Nested
    final class Windows {
        @Test
        void beginBehindNowMinusRetentionAndEndAtNow() {
            source.points(0, T, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
            // Now - retention is T: that slot is out.
            destination.fillFrom(source, T + 120);
            assertThat(destination.at(0, T + 120))
                    .hasSize(11)
                    .containsKey(T + 110)
                    .doesNotContainKey(T);

            TestFile atT = TestFile.create(SCHEMA, AVERAGE, 0.5f);
            FillReport report = atT.fillFrom(source, T);
            assertThat(atT.at(0, T)).containsOnlyKeys(T);
            assertThat(report.laterThanNow()).isEqualTo(11);
        }

        @Test
        void neverReachBackToTime0WhichMarksAnEmptySlot() {
            source.slot(0, 0, 60, 6);
            destination.fillFrom(source, 65);
            assertThat(destination.at(0, 65)).isEqualTo(Map.of(60L, 6.0));
        }

        @Test
        void aTimeThatNoFileCanHoldIsRefused() {
            assertThatIllegalArgumentException().isThrownBy(() -> destination.fillFrom(source, 1L << 32));
            assertThatIllegalArgumentException().isThrownBy(() -> destination.fillFrom(source, -1));
        }

        @Test
        void timesBehind2038AreNotNegative() {
            long late = 4_000_000_020L;
            source.point(0, late, 1).point(1, late, 2);
            destination.point(0, late - 10, 3);
            destination.fillFrom(source, late + 5);
            assertThat(destination.at(0, late + 5)).isEqualTo(Map.of(late - 10, 3.0, late, 1.0));
        }
    }

    @Nested
    final class Rule1 {
        @Test
        void aPointOfTheFinestArchiveIsNeverChanged() {
            source.points(0, T, 1, 1, 1);
            destination.points(0, T, 2, 2, 2);
            byte[] before = destination.array().clone();
            assertThat(fill().changed()).isFalse();
            assertThat(destination.array()).isEqualTo(before);
        }

        @Test
        void aStoredZeroIsAPointAndStays() {
            source.points(0, T, 1, 1, 1);
            destination.points(0, T, 2, 0.0, -0.0);
            fill();
            assertThat(destination.at(0, NOW)).isEqualTo(Map.of(T, 2.0, T + 10, 0.0, T + 20, -0.0));
        }

        @Test
        void aStoredZeroIsAPointAndIsTaken() {
            source.points(0, T, 1, 0.0);
            destination.point(0, T, 2);
            fill();
            assertThat(destination.at(0, NOW)).isEqualTo(Map.of(T, 2.0, T + 10, 0.0));
        }

        @Test
        void notANumberIsAPointBitByBit() {
            long odd = 0x7ff8_0000_0000_1234L;
            source.slotBits(0, 0, T, odd).slot(0, 1, T + 10, 5);
            destination.slot(0, 1, T + 10, Double.NaN).slot(0, 0, T - 120, 0);
            fill();
            assertThat(destination.bitsAt(0, NOW).get(T)).isEqualTo(odd);
            assertThat(destination.at(0, NOW)).containsEntry(T + 10, Double.NaN);
        }

        @Test
        void aGapOfASingleSlotIsTaken() {
            source.points(0, T, 1, 2, 3);
            destination.point(0, T, 10).point(0, T + 20, 30);
            FillReport report = fill();
            assertThat(destination.at(0, NOW)).isEqualTo(Map.of(T, 10.0, T + 10, 2.0, T + 20, 30.0));
            assertThat(report.taken()).isEqualTo(1);
        }

        @Test
        void aGapOverTheEndOfTheRingIsTaken() {
            source.points(0, T, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
            // The base is the newest point: the ring goes round right behind it.
            destination.point(0, T + 110, 110);
            fill();
            assertThat(destination.at(0, NOW)).hasSize(12).containsEntry(T, 0.0).containsEntry(T + 110, 110.0);
            assertThat(destination.time(0, 1)).isEqualTo(T);
        }

        @Test
        void aSlotWithAnEarlierTimeIsEmpty() {
            source.points(0, T, 1, 2);
            destination.point(0, T - 120, 8).point(0, T - 110, 9);
            fill();
            assertThat(destination.at(0, NOW)).isEqualTo(Map.of(T, 1.0, T + 10, 2.0));
        }

        @Test
        void aSlotWithALaterTimeIsNeverOverwritten() {
            source.points(0, T, 1, 2);
            destination.point(0, T + 20, 3).slot(0, 11, T + 10 + 120, 9);
            FillReport report = fill();
            assertThat(destination.at(0, NOW)).isEqualTo(Map.of(T, 1.0, T + 20, 3.0));
            assertThat(destination.time(0, 11)).isEqualTo(T + 130);
            assertThat(report.withoutPlace()).isEqualTo(1);
        }

        @Test
        void aSlotWithALaterTimeIsNeverOverwrittenInACoarserArchiveEither() {
            source.points(0, T, 1, 2, 3, 4, 5, 6).point(1, T, 3.5);
            destination.point(1, T - 60, 0).slot(1, 1, T + 600, 9);
            FillReport report = fill();
            assertThat(destination.time(1, 1)).isEqualTo(T + 600);
            assertThat(report.withoutPlace()).isEqualTo(1);
        }

        @Test
        void whatTheSourceHoldsOfAnEarlierLapIsNoPoint() {
            source.points(0, T - 120, 1, 2);
            assertThat(fill()).isEqualTo(new FillReport(0, 0, 0, 0, 0));
        }

        @Test
        void aSourceWhoseFirstSlotIsEmptyIsEmpty() {
            source.slot(0, 1, T + 10, 2).slot(0, 2, T + 200, 2);
            assertThat(fill()).isEqualTo(new FillReport(0, 0, 0, 0, 0));
        }
    }

    @Nested
    final class Rule2 {
        @Test
        void aTheSourcesPointIsTakenAsItIsWhereTheMergedFinerPointsAreExactlyTheSources() {
            source.points(0, T, 1, 2, 3, 4, 5, 6).point(1, T, 777);
            destination.points(0, T, 1, 2);
            fill();
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T, 777.0));
        }

        @Test
        void aGoesBeforeBSoThatItReplacesAPointOfTheDestination() {
            source.points(0, T, 1, 2, 3, 4, 5, 6).point(1, T, 777);
            destination.points(0, T, 1, 2).point(1, T, 55);
            fill();
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T, 777.0));
        }

        @Test
        void aDoesNotApplyWhereOneFinerPointDiffers() {
            source.points(0, T, 1, 2, 3, 4, 5, 6).point(1, T, 777);
            destination.point(0, T, 7);
            fill();
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T, (7 + 2 + 3 + 4 + 5 + 6) / 6.0));
        }

        @Test
        void aDoesNotApplyWhereTheDestinationHasAFinerPointMore() {
            source.points(0, T, 1, 2, 3, 4, 5).point(1, T, 777);
            destination.point(0, T + 50, 9);
            fill();
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T, (1 + 2 + 3 + 4 + 5 + 9) / 6.0));
        }

        @Test
        void bAPointThatItsOwnFinerPointsDoNotAggregateToStays() {
            source.points(0, T, 1, 2, 3, 4, 5, 6);
            destination.points(0, T, 1, 2, 3).point(1, T, 100);
            fill();
            assertThat(destination.at(0, NOW)).hasSize(6);
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T, 100.0));
        }

        @Test
        void bAPointWhoseFinerPointsAreAllGoneStays() {
            source.points(0, T, 1, 2, 3, 4, 5, 6);
            destination.point(1, T, 100);
            fill();
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T, 100.0));
        }

        @Test
        void bFinerPointsTooFewForTheXFilesFactorAggregateToNothing() {
            source.points(0, T, 1, 2, 3, 4, 5, 6);
            destination.points(0, T, 2, 2).point(1, T, 2);
            fill();
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T, 2.0));
        }

        @Test
        void bComparesWithTheFinerPointsAsTheyWereBeforeTheFill() {
            source.points(0, T, 1, 2, 3, 4, 5, 60);
            destination.points(0, T, 1, 2, 3).point(0, T + 40, 5).point(1, T, 2.75);
            fill();
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T, 12.5));
        }

        @Test
        void bADifferenceOfUpToOneInABillionIsNone() {
            source.points(0, T, 1, 1, 1, 1, 1, 7);
            destination.points(0, T, 1, 1, 1).point(1, T, 1 + 0.9e-9);
            fill();
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T, 2.0));
        }

        @Test
        void bADifferenceAboveOneInABillionIsOne() {
            source.points(0, T, 1, 1, 1, 1, 1, 7);
            destination.points(0, T, 1, 1, 1).point(1, T, 1 + 1.1e-9);
            fill();
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T, 1 + 1.1e-9));
        }

        @Test
        void cTheMergedPointsAreAggregated() {
            source.points(0, T, 1, 2, 3, 4, 5, 6);
            destination.points(0, T, 9, 9, 9).point(1, T, 9);
            FillReport report = fill();
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T, 7.0));
            assertThat(report).isEqualTo(new FillReport(3, 1, 0, 0, 0));
        }

        @Test
        void cTheXFilesFactorIsTheStoredFloatWidened() {
            // 0.1f is a little more than 1/10.
            TestFile one = TestFile.create("1s:1m,10s:10m", AVERAGE, 0.1f).point(0, T + 60, 5);
            TestFile other = TestFile.create("1s:1m,10s:10m", AVERAGE, 0.1f);
            other.fillFrom(one, T + 100);
            assertThat(other.at(1, T + 100)).isEmpty();

            TestFile half = TestFile.create("1s:1m,10s:10m", AVERAGE, 0.5f).points(0, T + 60, 1, 2, 3, 4, 5);
            TestFile filled = TestFile.create("1s:1m,10s:10m", AVERAGE, 0.5f);
            filled.fillFrom(half, T + 100);
            assertThat(filled.at(1, T + 100)).isEqualTo(Map.of(T + 60, 3.0));
        }

        @Test
        void cAnXFilesFactorOfZeroIsMetByOnePoint() {
            TestFile one = TestFile.create(SCHEMA, AVERAGE, 0).point(0, T, 5);
            TestFile other = TestFile.create(SCHEMA, AVERAGE, 0);
            other.fillFrom(one, NOW);
            assertThat(other.at(1, NOW)).isEqualTo(Map.of(T, 5.0));
        }

        @Test
        void cSlotsLaterThanNowCountAsEmpty() {
            source.points(0, T + 60, 1, 2);
            destination.points(0, T + 80, 100, 100, 100, 100);
            // At T + 79 two of six are known, though the destination holds the other four.
            destination.fillFrom(source, T + 79);
            assertThat(destination.at(1, T + 79)).isEmpty();
            assertThat(destination.at(0, NOW)).hasSize(6);
        }

        @Test
        void cAvgZeroCountsEmptySlotsAsZero() {
            TestFile one = TestFile.create(SCHEMA, AVG_ZERO, 0).points(0, T, 6, 12);
            TestFile other = TestFile.create(SCHEMA, AVG_ZERO, 0);
            other.fillFrom(one, NOW);
            assertThat(other.at(1, NOW)).isEqualTo(Map.of(T, 3.0));
        }

        @Test
        void dWithTooFewFinerPointsTheSourcesIsTaken() {
            source.point(0, T, 1).point(1, T, 50);
            destination.point(0, T + 10, 2);
            fill();
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T, 50.0));
        }

        @Test
        void dWithTooFewFinerPointsTheDestinationsStays() {
            TestFile one = TestFile.create(SCHEMA, AVERAGE, 0.5f).point(0, T, 1).point(1, T, 50);
            TestFile other =
                    TestFile.create(SCHEMA, AVERAGE, 0.5f).point(0, T + 10, 2).point(1, T, 60);
            other.fillFrom(one, NOW);
            assertThat(other.at(1, NOW)).isEqualTo(Map.of(T, 60.0));
        }

        @Test
        void aSlotUnderWhichNothingChangesIsNotLookedAtAgain() {
            source.points(0, T, 1, 2, 3, 4, 5, 6).point(1, T, 777);
            destination.points(0, T, 1, 2, 3, 4, 5, 6).point(1, T, 55);
            assertThat(fill().changed()).isFalse();
        }

        @Test
        void aSlotThatTheFinerArchiveCoversInPartOnlyIsNotLookedAtAgain() {
            // The minute T begins at now - retention.
            source.points(0, T + 10, 2, 3, 4, 5, 6);
            destination.points(0, T + 60, 7);
            destination.fillFrom(source, T + 120);
            assertThat(destination.at(0, T + 120)).hasSize(6);
            assertThat(destination.at(1, T + 120)).isEmpty();
        }

        @Test
        void aChangeGoesOnToTheNextCoarserArchive() {
            String schema = "10s:2m,1m:10m,2m:1h";
            TestFile one = TestFile.create(schema, SUM, 0).points(0, T, 1, 2);
            TestFile other = TestFile.create(schema, SUM, 0)
                    .points(0, T + 20, 3)
                    .points(1, T, 3, 100)
                    .point(2, T, 103);
            FillReport report = other.fillFrom(one, NOW);
            assertThat(other.at(1, NOW)).isEqualTo(Map.of(T, 6.0, T + 60, 100.0));
            assertThat(other.at(2, NOW)).isEqualTo(Map.of(T, 106.0));
            assertThat(report).isEqualTo(new FillReport(2, 2, 0, 0, 0));
        }

        @Test
        void aSlotAggregatedToTheSameValueIsNoChange() {
            String schema = "10s:2m,1m:10m,2m:1h";
            TestFile one = TestFile.create(schema, MAX, 0).points(0, T, 1, 2);
            TestFile other = TestFile.create(schema, MAX, 0)
                    .points(0, T + 20, 3)
                    .points(1, T, 3, 100)
                    .point(2, T, 3);
            FillReport report = other.fillFrom(one, NOW);
            assertThat(other.at(2, NOW)).isEqualTo(Map.of(T, 3.0));
            assertThat(report).isEqualTo(new FillReport(2, 0, 0, 0, 0));
        }
    }

    @Nested
    final class Rule3 {
        @Test
        void anyOtherCoarserSlotKeepsItsPoint() {
            source.points(1, T - 300, 1, 2);
            destination.point(1, T - 300, 9);
            fill();
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T - 300, 9.0, T - 240, 2.0));
        }

        @Test
        void anyOtherCoarserSlotTakesTheSourcesPointOfTheSameStep() {
            source.points(1, T - 300, 1, 2);
            FillReport report = fill();
            assertThat(destination.at(1, NOW)).isEqualTo(Map.of(T - 300, 1.0, T - 240, 2.0));
            assertThat(report).isEqualTo(new FillReport(2, 0, 0, 0, 0));
        }
    }

    @Nested
    final class Rule4 {
        @Test
        void anEmptySlotIsAggregatedFromTheSourcesFinerArchive() {
            TestFile fine = TestFile.create("10s:10m", AVERAGE, 0).points(0, T, 1, 2, 3, 4, 5, 6);
            TestFile coarse = TestFile.create("1m:1h", SUM, 0.5f);
            FillReport report = coarse.fillFrom(fine, NOW);
            assertThat(coarse.at(0, NOW)).isEqualTo(Map.of(T, 21.0));
            assertThat(report).isEqualTo(new FillReport(0, 1, 0, 0, 0));
        }

        @Test
        void theDestinationsXFilesFactorDecidesAndWhatIsNotAggregatedHasNoPlace() {
            TestFile fine = TestFile.create("10s:10m", AVERAGE, 0).points(0, T, 1, 2);
            TestFile coarse = TestFile.create("1m:1h", SUM, 0.5f);
            FillReport report = coarse.fillFrom(fine, NOW);
            assertThat(coarse.at(0, NOW)).isEmpty();
            assertThat(report).isEqualTo(new FillReport(0, 0, 0, 2, 0));
            assertThat(report.sourceHoldsMore()).isTrue();
        }

        @Test
        void theNearestOfTheFinerArchivesIsAggregated() {
            TestFile fine = TestFile.create("10s:10m,30s:20m", AVERAGE, 0)
                    .points(0, T, 1, 1, 1, 1, 1, 1)
                    .points(1, T, 5, 7);
            TestFile coarse = TestFile.create("1m:1h", SUM, 0);
            coarse.fillFrom(fine, NOW);
            assertThat(coarse.at(0, NOW)).isEqualTo(Map.of(T, 12.0));
        }

        @Test
        void onlyAnArchiveThatCoversTheWholeSlotIsAggregated() {
            TestFile fine = TestFile.create("10s:2m,20s:10m", AVERAGE, 0)
                    .points(0, T + 10, 1, 1, 1, 1, 1)
                    .points(1, T, 5, 7, 9);
            TestFile coarse = TestFile.create("30s:1h", SUM, 0);
            // 20 does not divide 30, and the window of the archive of 10 begins behind T.
            coarse.fillFrom(fine, T + 120);
            assertThat(coarse.at(0, T + 120)).containsEntry(T + 30, 3.0);
            assertThat(coarse.at(0, T + 120)).doesNotContainKey(T);
        }

        @Test
        void anAggregatedSlotCountsAsChangedForTheNextArchive() {
            TestFile fine = TestFile.create("10s:2m", AVERAGE, 0).points(0, T, 1, 1, 1, 1, 1, 1);
            TestFile other =
                    TestFile.create("1m:10m,2m:1h", SUM, 0).point(0, T + 60, 4).point(1, T, 4);
            other.fillFrom(fine, NOW);
            assertThat(other.at(0, NOW)).isEqualTo(Map.of(T, 6.0, T + 60, 4.0));
            assertThat(other.at(1, NOW)).isEqualTo(Map.of(T, 10.0));
        }

        @Test
        void aCoarserPointIsWrittenAtItsOwnTimeIntoTheFinestArchiveThatCoversItsAge() {
            TestFile coarse = TestFile.create("1m:10m", AVERAGE, 0).points(0, T - 120, 3, 4, 5);
            TestFile fine = TestFile.create("10s:2m,30s:10m", AVERAGE, 0);
            FillReport report = fine.fillFrom(coarse, NOW);
            assertThat(fine.at(0, NOW)).isEqualTo(Map.of(T, 5.0));
            assertThat(fine.at(1, NOW)).isEqualTo(Map.of(T - 120, 3.0, T - 60, 4.0));
            assertThat(report).isEqualTo(new FillReport(0, 0, 3, 0, 0));
        }

        @Test
        void aCoarserPointIsNotWrittenWhereTheDestinationHasAPointInItsSpan() {
            TestFile coarse = TestFile.create("1m:10m", AVERAGE, 0).points(0, T, 3, 4);
            TestFile fine = TestFile.create("10s:10m", AVERAGE, 0).point(0, T + 50, 9);
            FillReport report = fine.fillFrom(coarse, NOW);
            assertThat(fine.at(0, NOW)).isEqualTo(Map.of(T + 50, 9.0, T + 60, 4.0));
            assertThat(report).isEqualTo(new FillReport(0, 0, 1, 0, 0));
        }

        @Test
        void pointsWrittenAtTheirOwnTimeDoNotCountAsChanged() {
            TestFile coarse = TestFile.create("1m:10m", AVERAGE, 0).points(0, T, 3, 4);
            TestFile fine = TestFile.create("10s:10m,2m:1h", SUM, 0).point(1, T, 100);
            TestFile empty = TestFile.create("10s:10m,5m:1h", SUM, 0);
            fine.fillFrom(coarse, NOW);
            empty.fillFrom(coarse, NOW);
            assertThat(fine.at(1, NOW)).isEqualTo(Map.of(T, 100.0));
            // Aggregated from the source by the first half of the rule, not from the two points that were written.
            assertThat(empty.at(1, NOW)).isEqualTo(Map.of(T, 7.0));
        }

        @Test
        void aCoarserPointOfTheSameStepIsTakenToo() {
            TestFile coarse = TestFile.create("1m:10m", AVERAGE, 0).point(0, T, 3);
            TestFile fine = TestFile.create(SCHEMA, AVERAGE, 0);
            FillReport report = fine.fillFrom(coarse, NOW);
            assertThat(fine.at(0, NOW)).isEqualTo(Map.of(T, 3.0));
            assertThat(fine.at(1, NOW)).isEqualTo(Map.of(T, 3.0));
            assertThat(report).isEqualTo(new FillReport(1, 0, 1, 0, 0));
        }

        @Test
        void pointsOlderThanTheDestinationReachesHaveNoPlaceAndAreCounted() {
            TestFile longer = TestFile.create("10s:10m", AVERAGE, 0)
                    .points(0, T - 300, 1, 2, 3)
                    .point(0, T, 4);
            TestFile shorter = TestFile.create("10s:2m", AVERAGE, 0);
            FillReport report = shorter.fillFrom(longer, NOW);
            assertThat(shorter.at(0, NOW)).isEqualTo(Map.of(T, 4.0));
            assertThat(report).isEqualTo(new FillReport(1, 0, 0, 3, 0));
            assertThat(report.sourceHoldsMore()).isTrue();
        }

        @Test
        void aShorterFinestArchiveCostsNoPointThatACoarserOneReceives() {
            TestFile longer = TestFile.create("10s:10m,1m:1h", SUM, 0.5f).points(0, T - 300, 1, 2, 3, 4, 5, 6);
            TestFile shorter = TestFile.create("10s:2m,1m:1h", SUM, 0.5f);
            FillReport report = shorter.fillFrom(longer, NOW);
            assertThat(shorter.at(1, NOW)).isEqualTo(Map.of(T - 300, 21.0));
            assertThat(report.sourceHoldsMore()).isFalse();
        }
    }

    @Nested
    final class Rule5 {
        @Test
        void aSecondRunChangesNothing() {
            source.points(0, T, 1, 2, 3, 4, 5, 6).points(1, T - 120, 7, 8, 3.5);
            destination.points(0, T + 20, 9, 9).point(1, T - 60, 1);
            assertThat(fill().changed()).isTrue();
            byte[] once = destination.array().clone();
            assertThat(fill().changed()).isFalse();
            assertThat(destination.array()).isEqualTo(once);
        }

        @Test
        void anotherAggregationMethodIsFilledWithTheDestinations() {
            TestFile averages = TestFile.create(SCHEMA, AVERAGE, 0.5f)
                    .points(0, T, 1, 2, 3, 4, 5, 6)
                    .point(1, T, 3.5);
            TestFile sums = TestFile.create(SCHEMA, SUM, 0.5f);
            sums.fillFrom(averages, NOW);
            assertThat(sums.at(1, NOW)).isEqualTo(Map.of(T, 21.0));
        }

        @Test
        void aPointThatTheSourcesOtherMethodDidNotMakeOfItsFinerPointsIsTakenAsItIs() {
            TestFile averages = TestFile.create(SCHEMA, AVERAGE, 0.5f)
                    .points(0, T, 1, 2, 3, 4, 5, 6)
                    .point(1, T, 777);
            TestFile sums = TestFile.create(SCHEMA, SUM, 0.5f);
            sums.fillFrom(averages, NOW);
            assertThat(sums.at(1, NOW)).isEqualTo(Map.of(T, 777.0));
        }

        @Test
        void theSchemaIsTheSameWhateverTheOrderOfTheArchivesInTheFile() {
            TestFile turned = TestFile.create(new WhisperHeader(
                    LAST, 600, 0, List.of(new ArchiveInfo(40, 60, 10), new ArchiveInfo(160, 10, 12))));
            FillReport report = turned.fillFrom(fine(T, 1, 2, 3), NOW);
            assertThat(turned.at(1, NOW)).isEqualTo(Map.of(T, 1.0, T + 10, 2.0, T + 20, 3.0));
            assertThat(turned.at(0, NOW)).isEqualTo(Map.of(T, 3.0));
            assertThat(report).isEqualTo(new FillReport(3, 1, 0, 0, 0));
        }
    }

    @Nested
    final class Rule6 {
        private List<Long> offsets(FillPlan plan) throws Exception {
            List<Long> offsets = new ArrayList<>();
            plan.writes().writeTo((data, offset) -> {
                offsets.add(offset);
                data.position(data.limit());
            });
            return offsets;
        }

        @Test
        void onlySlotsThatChangeAreWrittenTheCoarsestArchiveFirst() throws Exception {
            source.points(0, T, 1, 2, 3, 4, 5, 6).point(1, T, 3.5).point(1, T - 300, 9);
            destination.points(0, T, 1, 2).point(0, T + 30, 4).point(1, T - 60, 1);
            FillPlan plan = Fill.plan(source.image(), destination.image(), NOW);
            ArchiveInfo fine = destination.archive(0);
            ArchiveInfo coarse = destination.archive(1);
            assertThat(offsets(plan))
                    .containsExactly(
                            coarse.pointOffset(1), coarse.pointOffset(6), fine.pointOffset(2), fine.pointOffset(4));
        }

        @Test
        void anArchiveThatWasEmptyGetsItsFirstSlotFirst() throws Exception {
            source.points(0, T, 1, 2, 3);
            FillPlan plan = Fill.plan(source.image(), destination.image(), NOW);
            ArchiveInfo fine = destination.archive(0);
            ArchiveInfo coarse = destination.archive(1);
            assertThat(offsets(plan)).containsExactly(coarse.pointOffset(0), fine.pointOffset(0), fine.pointOffset(1));
        }

        @Test
        void theFirstSlotOfAnArchiveThatWasEmptyHoldsItsOldestPoint() {
            source.point(0, T + 110, 1).point(0, T + 40, 2).point(0, T + 60, 3);
            fill();
            assertThat(destination.time(0, 0)).isEqualTo(T + 40);
            assertThat(destination.at(0, NOW)).isEqualTo(Map.of(T + 40, 2.0, T + 60, 3.0, T + 110, 1.0));
        }

        @Test
        void whatAnEmptyArchiveHoldsDoesNotComeAliveWithItsBase() {
            source.point(0, T, 1);
            // Under the base T these would be points, one of them later than now, and one would be in the way.
            destination.slot(0, 1, T + 10, 666).slot(0, 2, T + 140, 666).slot(0, 3, T + 33, 666);
            destination.slot(0, 4, T - 80, 777);
            fill();
            assertThat(destination.at(0, NOW)).isEqualTo(Map.of(T, 1.0));
            assertThat(destination.at(0, NOW + 120)).isEmpty();
            assertThat(destination.time(0, 3)).isZero();
            // Of an earlier lap: harmless, and so left alone.
            assertThat(destination.time(0, 4)).isEqualTo(T - 80);
        }

        @Test
        void whatAnEmptyArchiveHoldsIsGoneBeforeTheBaseIsWritten() throws Exception {
            source.points(0, T, 1, 2);
            destination.slot(0, 1, T + 10, 666);
            FillPlan plan = Fill.plan(source.image(), destination.image(), NOW);
            int writes = destination.copy().write(plan, Integer.MAX_VALUE);
            for (int done = 0; done <= writes; done++) {
                TestFile stopped = destination.copy();
                stopped.write(plan, done);
                assertThat(stopped.at(0, NOW).values()).doesNotContain(666.0);
            }
        }

        @Test
        void anEmptyArchiveThatIsNotFilledStaysAsItIs() {
            destination.slot(0, 1, T + 10, 666);
            byte[] before = destination.array().clone();
            fill();
            assertThat(destination.array()).isEqualTo(before);
        }

        @Test
        void aRunOfSlotsOverPagesIsWrittenFromItsLastPage() throws Exception {
            TestFile one = TestFile.create("1s:20m", AVERAGE, 0);
            for (long time = T - 1000; time < T; time++) {
                one.point(0, time, 1);
            }
            TestFile other = TestFile.create("1s:20m", AVERAGE, 0);
            FillPlan plan = Fill.plan(one.image(), other.image(), T);
            // The base, then the run behind it.
            assertThat(offsets(plan)).containsExactly(28L, 8192L, 4096L, 40L);
        }
    }

    @Nested
    final class Rule7 {
        @Test
        void pointsLaterThanNowMeanThatTheSourceHoldsMore() {
            source.points(0, T, 1, 2);
            FillReport report = destination.fillFrom(source, T + 5);
            assertThat(report).isEqualTo(new FillReport(1, 0, 0, 0, 1));
            assertThat(report.sourceHoldsMore()).isTrue();
        }

        @Test
        void aSourceWhosePointsAllFoundTheirPlaceHoldsNoMore() {
            source.points(0, T, 1, 2, 3, 4, 5, 6).point(1, T, 3.5);
            destination.points(0, T, 9, 9, 9).point(1, T, 9);
            assertThat(fill().sourceHoldsMore()).isFalse();
        }
    }

    @Nested
    final class Refusals {
        @Test
        void aTruncatedFileIsCorrupt() {
            ByteBuffer cut = source.bytes.duplicate().limit(source.array().length - 1);
            assertThatThrownBy(() -> WhisperImage.of(cut, "cut.wsp"))
                    .isInstanceOf(CorruptWhisperFileException.class)
                    .hasMessageContaining("cut.wsp");
        }

        @Test
        void aCompressedFileIsNotSupported() {
            ByteBuffer compressed = ByteBuffer.allocate(1000);
            compressed.put("whisper_compressed\1".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> WhisperImage.of(compressed.clear(), "c.wsp"))
                    .isInstanceOf(UnsupportedWhisperFormatException.class);
        }

        @Test
        void twoArchivesOfOneStepAreNotSupported() {
            TestFile twice = TestFile.create(new WhisperHeader(
                    Aggregation.SUM, 60, 0, List.of(new ArchiveInfo(40, 1, 10), new ArchiveInfo(160, 1, 20))));
            assertThatThrownBy(() -> WhisperImage.of(twice.bytes, "t.wsp"))
                    .isInstanceOf(UnsupportedWhisperFormatException.class)
                    .hasMessageContaining("same step");
        }

        @Test
        void bytesInTheMiddleOfABufferAreAFile() throws Exception {
            source.points(0, T, 1, 2);
            ByteBuffer buffer = ByteBuffer.allocateDirect(source.array().length + 100);
            buffer.position(50).put(source.array()).position(50).limit(50 + source.array().length);
            FillPlan plan = Fill.plan(WhisperImage.of(buffer, "middle"), destination.image(), NOW);
            destination.write(plan, Integer.MAX_VALUE);
            assertThat(destination.at(0, NOW)).isEqualTo(Map.of(T, 1.0, T + 10, 2.0));
        }
    }
}
