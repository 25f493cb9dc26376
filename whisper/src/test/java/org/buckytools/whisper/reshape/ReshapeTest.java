package org.buckytools.whisper.reshape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.buckytools.whisper.Aggregation.AVERAGE;
import static org.buckytools.whisper.Aggregation.LAST;
import static org.buckytools.whisper.Aggregation.SUM;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.fill.TestFile;
import org.buckytools.whisper.reshape.Reshape.Extent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReshapeTest {
    /** A full hour. */
    private static final long T = 1_700_002_800L;

    private static final long NOW = T + 59;

    private ReshapeReport report;

    private TestFile reshaped(TestFile old, Change change) throws IOException {
        Reshape reshape = Reshape.of(old.header, change, "it");
        byte[] content = new byte[reshape.size()];
        report = reshape.run(ByteBuffer.wrap(old.array().clone()), ByteBuffer.wrap(content), NOW);
        return new TestFile(reshape.after(), content);
    }

    private static Change resize(int index, String retention) {
        return new Change(
                Optional.of(new Change.Resize(index, Retention.parse(retention))),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static Change schema(String added, String dropped) {
        return new Change(
                Optional.empty(),
                added.isEmpty() ? List.of() : Retention.parseList(added),
                dropped.isEmpty() ? List.of() : Retention.parseList(dropped),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static Change method(Aggregation method, boolean keepsValues) {
        return new Change(Optional.empty(), List.of(), List.of(), Optional.of(method), Optional.empty(), keepsValues);
    }

    private static SortedMap<Long, Double> points(Object... ageAndValue) {
        SortedMap<Long, Double> points = new TreeMap<>();
        for (int i = 0; i < ageAndValue.length; i += 2) {
            points.put(T - ((Number) ageAndValue[i]).longValue(), ((Number) ageAndValue[i + 1]).doubleValue());
        }
        return points;
    }

    @Test
    void aLongerArchiveKeepsItsPointsAndGetsTheCoarserOnesBeyond() throws IOException {
        TestFile old = TestFile.create("10s:2m,1m:10m", AVERAGE, 0)
                .points(0, T - 20, 1, 2, 3)
                .points(1, T - 180, 7, 8, 9, 2);

        TestFile longer = reshaped(old, resize(0, "10s:5m"));

        assertThat(longer.at(0, NOW)).isEqualTo(points(20, 1, 10, 2, 0, 3, 180, 7, 120, 8));
        assertThat(longer.at(1, NOW)).isEqualTo(old.at(1, NOW));
        assertThat(report).isEqualTo(new ReshapeReport(7, 0, 2, 0, 0, 0));
    }

    @Test
    void aShorterArchiveLosesOnlyWhatNoOtherArchiveHas() throws IOException {
        TestFile old = TestFile.create("10s:5m,1m:10m", AVERAGE, 0.5f)
                .points(0, T - 240, 1, 2, 3, 4)
                .points(0, T - 180, 5)
                .points(0, T, 6)
                .points(1, T - 240, 100);

        TestFile shorter = reshaped(old, resize(0, "10s:1m"));

        assertThat(shorter.at(0, NOW)).isEqualTo(points(0, 6));
        // One point of six is too few for the xFilesFactor, but it would be lost.
        assertThat(shorter.at(1, NOW)).isEqualTo(points(240, 100, 180, 5));
        assertThat(report).isEqualTo(new ReshapeReport(2, 1, 0, 0, 5, 0));
    }

    @Test
    void thePointsOfALongDeadMetricComeToLightInALongerArchive() throws IOException {
        TestFile old = TestFile.create("10s:1m", AVERAGE, 0).points(0, T - 180, 1, 2, 3);

        TestFile longer = reshaped(old, resize(0, "10s:5m"));

        assertThat(old.at(0, NOW)).isEmpty();
        assertThat(longer.at(0, NOW)).isEqualTo(points(180, 1, 170, 2, 160, 3));
        assertThat(report.lost()).isZero();
    }

    @Test
    void whatIsOlderThanAllThatIsKeptIsLost() throws IOException {
        TestFile old = TestFile.create("10s:1m,1m:1h", AVERAGE, 0)
                .points(0, T, 1)
                .points(1, T - 1800, 2, 3)
                .points(1, T, 1);

        TestFile shorter = reshaped(old, resize(1, "1m:10m"));

        assertThat(shorter.at(1, NOW)).isEqualTo(points(0, 1));
        assertThat(report).isEqualTo(new ReshapeReport(2, 0, 0, 0, 0, 2));
    }

    @Test
    void aNewCoarserArchiveIsAggregated() throws IOException {
        TestFile old = TestFile.create("10s:10m", SUM, 0.5f)
                .points(0, T - 120, 1, 2, 3)
                .points(0, T - 60, 4, 5);

        TestFile wider = reshaped(old, schema("1m:1h", ""));

        assertThat(wider.at(0, NOW)).isEqualTo(old.at(0, NOW));
        assertThat(wider.at(1, NOW)).isEqualTo(points(120, 6));
        assertThat(report).isEqualTo(new ReshapeReport(5, 1, 0, 0, 0, 0));
    }

    @Test
    void aNewFinerArchiveGetsPointsAtTheirOwnTime() throws IOException {
        TestFile old = TestFile.create("1m:1h", AVERAGE, 0).points(0, T - 120, 1, 2, 3);

        TestFile finer = reshaped(old, schema("10s:3m", ""));

        assertThat(finer.at(0, NOW)).isEqualTo(points(120, 1, 60, 2, 0, 3));
        assertThat(finer.at(1, NOW)).isEqualTo(old.at(0, NOW));
        assertThat(report).isEqualTo(new ReshapeReport(3, 0, 3, 0, 0, 0));
    }

    @Test
    void anArchiveBetweenTwoOthersChangesNoneOfTheirPoints() throws IOException {
        TestFile old = TestFile.create("10s:5m,5m:1h", AVERAGE, 0)
                .points(0, T - 60, 1, 2, 3, 4, 5, 6, 7)
                .points(1, T - 600, 50, 60, 70);

        TestFile wider = reshaped(old, schema("1m:30m", ""));

        assertThat(wider.at(0, NOW)).isEqualTo(old.at(0, NOW));
        assertThat(wider.at(1, NOW)).isEqualTo(points(600, 50, 60, 3.5, 0, 7));
        assertThat(wider.at(2, NOW)).isEqualTo(old.at(1, NOW));
    }

    @Test
    void aDroppedFineArchiveLivesOnInTheCoarserOnes() throws IOException {
        TestFile old = TestFile.create("10s:10m,1m:1h", AVERAGE, 1)
                .points(0, T - 120, 1, 2, 3)
                .points(1, T - 600, 9)
                .points(0, T - 600 + 60, 4);

        TestFile coarse = reshaped(old, schema("", "10s:10m"));

        assertThat(coarse.header.retentions()).containsExactly(new Retention(60, 60));
        assertThat(coarse.at(0, NOW)).isEqualTo(points(600, 9, 540, 4, 120, 2));
        assertThat(report).isEqualTo(new ReshapeReport(1, 2, 0, 0, 4, 0));
    }

    @Test
    void aDroppedCoarseArchiveLivesOnWhereFinerOnesReach() throws IOException {
        TestFile old = TestFile.create("10s:10m,1m:1h", AVERAGE, 0)
                .points(0, T - 60, 1)
                .points(1, T - 1200, 8)
                .points(1, T - 300, 5)
                .points(1, T - 60, 1);

        TestFile fine = reshaped(old, schema("", "1m:1h"));

        assertThat(fine.at(0, NOW)).isEqualTo(points(300, 5, 60, 1));
        assertThat(report.placed()).isEqualTo(1);
        assertThat(report.lost()).isEqualTo(1);
    }

    @Test
    void pointsOfTheFutureStay() throws IOException {
        TestFile old = TestFile.create("10s:1m", AVERAGE, 0).points(0, T, 1).points(0, T + 600, 9);
        assertThat(old.time(0, 0)).as("it is in the way of the other").isEqualTo(T + 600);
        TestFile other = TestFile.create("10s:1m", AVERAGE, 0).points(0, T, 1).points(0, T + 610, 9);

        TestFile longer = reshaped(other, resize(0, "10s:5m"));

        assertThat(longer.time(0, 0)).isEqualTo(T);
        assertThat(longer.time(0, 1)).as("61 slots on are one of 30").isEqualTo(T + 610);
        assertThat(report).isEqualTo(new ReshapeReport(2, 0, 0, 0, 0, 0));
    }

    @Test
    void stepsThatDoNotDivideTheOldOnesGetTheirPointsAllTheSame() throws IOException {
        TestFile old = TestFile.create("60s:1h", AVERAGE, 0.5f).points(0, T - 180, 1, 2, 4, 8);

        TestFile other = reshaped(old, schema("90s:2h", "60s:1h"));

        assertThat(other.at(0, NOW)).isEqualTo(points(180, 1.5, 90, 4, 0, 8));
        assertThat(report.lost()).isZero();
    }

    @Test
    void theMethodAloneIsAMatterOfTheHeader() throws IOException {
        TestFile old = TestFile.create("10s:10m,1m:1h", AVERAGE, 0.5f).points(0, T, 1, 2, 3);

        Reshape reshape = Reshape.of(old.header, method(LAST, false), "it");
        TestFile changed = reshaped(old, method(LAST, false));

        assertThat(reshape.extent()).isEqualTo(Extent.HEADER);
        assertThat(changed.header.aggregation()).isEqualTo(LAST);
        changed.bytes.putInt(0, AVERAGE.code());
        assertThat(changed.array()).isEqualTo(old.array());
        assertThat(report.kept()).isEqualTo(3);
    }

    @Test
    void theXFilesFactorAloneIsAMatterOfTheHeaderWhateverTheSchema() throws IOException {
        // Nobody makes such a file, but there it is.
        WhisperHeader odd = new WhisperHeader(
                AVERAGE,
                600,
                0.5f,
                List.of(
                        new org.buckytools.whisper.ArchiveInfo(100, 60, 10),
                        new org.buckytools.whisper.ArchiveInfo(400, 7, 3)));
        Change change = new Change(Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.of(0.25f), false);

        Reshape reshape = Reshape.of(odd, change, "it");

        assertThat(reshape.extent()).isEqualTo(Extent.HEADER);
        assertThat(reshape.after()).isEqualTo(new WhisperHeader(AVERAGE, 600, 0.25f, odd.archives()));
        assertThat(Reshape.of(reshape.after(), change, "it").extent()).isEqualTo(Extent.NOTHING);
    }

    @Test
    void averagesBecomeSums() throws IOException {
        TestFile old = TestFile.create("10s:2m,1m:10m,5m:1h", AVERAGE, 0)
                .points(0, T - 60, 1, 2, 3)
                .points(1, T - 300, 10)
                .points(1, T - 60, 2)
                .points(2, T - 3000, 4)
                .points(2, T - 300, 6);

        TestFile sums = reshaped(old, method(SUM, false));

        assertThat(sums.at(0, NOW)).isEqualTo(old.at(0, NOW));
        // The first from points that are gone, so of all that there could have been; the other exactly.
        assertThat(sums.at(1, NOW)).isEqualTo(points(300, 60, 60, 6));
        assertThat(sums.at(2, NOW)).isEqualTo(points(3000, 4 * 30, 300, 66));
        assertThat(report).isEqualTo(new ReshapeReport(7, 0, 0, 4, 0, 0));
    }

    @Test
    void sumsBecomeAverages() throws IOException {
        TestFile old = TestFile.create("10s:2m,1m:10m", SUM, 0)
                .points(0, T - 60, 1, 2, 3)
                .points(1, T - 300, 60)
                .points(1, T - 60, 6);

        assertThat(reshaped(old, method(AVERAGE, false)).at(1, NOW)).isEqualTo(points(300, 10, 60, 2));
    }

    @Test
    void valuesStayWhereTheyAreToStay() throws IOException {
        TestFile old =
                TestFile.create("10s:2m,1m:10m", AVERAGE, 0).points(0, T, 1, 2).points(1, T - 300, 10);

        TestFile changed = reshaped(old, method(SUM, true));

        assertThat(Reshape.of(old.header, method(SUM, true), "it").extent()).isEqualTo(Extent.HEADER);
        assertThat(changed.at(1, NOW)).isEqualTo(old.at(1, NOW));
    }

    @Test
    void aFileWithoutPointsStaysOne() throws IOException {
        TestFile old = TestFile.create("10s:2m,1m:10m", AVERAGE, 0);

        TestFile changed = reshaped(old, schema("5m:1d", "10s:2m"));

        assertThat(changed.array())
                .isEqualTo(TestFile.create("1m:10m,5m:1d", AVERAGE, 0).array());
        assertThat(report).isEqualTo(new ReshapeReport(0, 0, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5  | 1m:1h   |         |            | it has no archive 5",
                "1  | 1m:1m   |         |            | does not cover a longer time",
                "1  | 15s:1h  |         |            | the finer step does not divide",
                "0  | 5m:1d   |         |            | would not be archive 0",
                "0  | 1m:2h   |         |            | the same step",
                "0  | 10s:2h  |         |            | does not cover a longer time",
                "   |         | 10s:1h  |            | the same step",
                "   |         | 7s:1m   |            | does not divide",
                "   |         |         | 10s:2m,1m:10m | no archive would be left",
                "   |         | 10m:2d,1d:137y |    | a header can state"
            })
    void refusesWhatCannotBe(Integer index, String retention, String added, String dropped, String reason) {
        Change change = new Change(
                Optional.ofNullable(index).map(at -> new Change.Resize(at, Retention.parse(retention))),
                added == null ? List.of() : Retention.parseList(added),
                dropped == null ? List.of() : Retention.parseList(dropped),
                Optional.empty(),
                Optional.empty(),
                false);
        WhisperHeader header = TestFile.create("10s:2m,1m:10m", AVERAGE, 0).header;

        assertThatExceptionOfType(ImpossibleChangeException.class)
                .isThrownBy(() -> Reshape.of(header, change, "a.wsp"))
                .withMessageStartingWith("a.wsp cannot be changed so: ")
                .withMessageContaining(reason == null ? "" : reason);
    }

    @Test
    void refusesFilesThatAreTooLargeForMemory() {
        WhisperHeader header = TestFile.create("10s:2m", AVERAGE, 0).header;

        assertThatExceptionOfType(ImpossibleChangeException.class)
                .isThrownBy(() -> Reshape.of(header, resize(0, "10s:100y"), "a.wsp"))
                .withMessageContaining("bytes long");
    }

    @Test
    void refusesChangesThatContradictThemselves() {
        assertThatIllegalArgumentException().isThrownBy(() -> schema("1m:1h", "1m:1h"));
        assertThatIllegalArgumentException().isThrownBy(() -> resize(-1, "1m:1h"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Change(
                        Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.of(Float.NaN), false));
        assertThat(Change.NONE.isNothing()).isTrue();
    }

    @Test
    void canBeRepeatedWhereArchivesCameAndWent() throws IOException {
        TestFile old = TestFile.create("10s:2m,1m:10m,5m:1h", AVERAGE, 0);
        Change change = new Change(
                Optional.of(new Change.Resize(2, Retention.parse("5m:2h"))),
                Retention.parseList("1h:1d"),
                Retention.parseList("10s:2m"),
                Optional.empty(),
                Optional.empty(),
                false);

        TestFile once = reshaped(old, change);

        assertThat(once.header.retentions()).isEqualTo(Retention.parseList("1m:10m,5m:2h,1h:1d"));
        assertThat(Reshape.of(once.header, change, "it").extent()).isEqualTo(Extent.NOTHING);
    }
}
