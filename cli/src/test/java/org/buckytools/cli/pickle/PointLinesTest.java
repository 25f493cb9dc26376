package org.buckytools.cli.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.buckytools.cli.pickle.PickleBytes.bytes;
import static org.buckytools.cli.pickle.PickleBytes.convert;
import static org.buckytools.cli.pickle.PickleBytes.lines;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.buckytools.cli.pickle.PickleBytes.Converted;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointLinesTest {
    private static final String GOOD = "U\u0004goodK\u0001K\u0002\u0086\u0086";

    /** The point between two good ones. */
    private static Converted among(String point) throws Exception {
        return convert(bytes("](" + GOOD + point + GOOD + "e."));
    }

    static Stream<Arguments> badPoints() {
        return Stream.of(
                arguments("a point is not a name and a pair", "K\u0001"),
                arguments("a point is not a name and a pair", "N"),
                arguments("a point is not a name and a pair", ")"),
                arguments("a point is not a name and a pair", "U\u0001aK\u0001K\u0002\u0087"),
                arguments("a name is not a text", "K\u0001K\u0001K\u0002\u0086\u0086"),
                arguments("a name is not a text", ")K\u0001K\u0002\u0086\u0086"),
                arguments("a name that is empty: \"\"", "U\u0000K\u0001K\u0002\u0086\u0086"),
                arguments("a name with a space in it: \"a b\"", "U\u0003a bK\u0001K\u0002\u0086\u0086"),
                arguments(
                        "a name with a control character in it: \"a?b 1 2\"",
                        "U\u0007a\nb 1 2K\u0001K\u0002\u0086\u0086"),
                arguments("a name that is not UTF-8: \"?\"", "U\u0001\u00ffK\u0001K\u0002\u0086\u0086"),
                arguments("a name that is not UTF-8: \"?\"", "V\\ud800\nK\u0001K\u0002\u0086\u0086"),
                arguments("time and value are not a pair: \"a\"", "U\u0001aK\u0001\u0086"),
                arguments("time and value are not a pair: \"a\"", "U\u0001aK\u0001K\u0001K\u0001\u0087\u0086"),
                arguments("there is no value: \"a\"", "U\u0001aK\u0001N\u0086\u0086"),
                arguments("a value is a list: \"a\"", "U\u0001aK\u0001]\u0086\u0086"),
                arguments("a value is not a number: \"a\"", "U\u0001aK\u0001Fnan\n\u0086\u0086"),
                arguments("a value is a text that is no number: \"a\"", "U\u0001aK\u0001U\u0003nan\u0086\u0086"),
                arguments("a value is a text that is no number: \"a\"", "U\u0001aK\u0001U\u00071 2\nb 3\u0086\u0086"),
                arguments("a value is a text that is no number: \"a\"", "U\u0001aK\u0001U\u0000\u0086\u0086"),
                arguments("a value is a text that is no number: \"a\"", "U\u0001aK\u0001U\u00030x1\u0086\u0086"),
                arguments("a time is no number: \"a\"", "U\u0001aNK\u0001\u0086\u0086"),
                arguments("a time is no number: \"a\"", "U\u0001aU\u0001xK\u0001\u0086\u0086"),
                arguments("a time is no number: \"a\"", "U\u0001a\u0088K\u0001\u0086\u0086"),
                arguments("a time is too large: \"a\"", "U\u0001aFinf\nK\u0001\u0086\u0086"),
                arguments("a time is too large: \"a\"", "U\u0001aFnan\nK\u0001\u0086\u0086"),
                arguments("a time is too large: \"a\"", "U\u0001aF1e300\nK\u0001\u0086\u0086"),
                arguments("a time is too large: \"a\"", "U\u0001aU\u00051e300K\u0001\u0086\u0086"));
    }

    @ParameterizedTest
    @MethodSource("badPoints")
    void refusesAPointThatCarbonWouldNotTakeAndGoesOn(String why, String point) throws Exception {
        assertThat(among(point)).isEqualTo(new Converted("good 2 1\ngood 2 1\n", 1, why));
    }

    @Test
    void refusesNumbersThatNoDoubleHolds() throws Exception {
        String tooLong = "\u008b\u0081\u0000\u0000\u0000" + "\u0001".repeat(129);
        assertThat(among("U\u0001aK\u0001" + tooLong + "\u0086\u0086").why())
                .isEqualTo("a value has too many digits: \"a\"");
        assertThat(among("U\u0001a" + tooLong + "K\u0001\u0086\u0086").why()).isEqualTo("a time is too large: \"a\"");
    }

    /** As carbon sends lines: whole seconds, without rounding. */
    @ParameterizedTest
    @CsvSource({
        "1500000000, F1500000000.999",
        "1500000000, I1500000000",
        "1500000000, S'1500000000'",
        "1500000000, S' 1500000000.9 '",
        "1500000000, S'1.5e9'",
        "-1, I-1",
        "-1, F-1.5",
        "-1, S'-1'",
        "0, F0.0"
    })
    void cutsTimesToSeconds(String expected, String instruction) throws Exception {
        assertThat(lines("](U\u0001a" + instruction + "\nK\u0001\u0086\u0086e."))
                .isEqualTo("a 1 " + expected + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"K\u0001.", "N.", "U\u0004text."})
    void refusesAPickleThatIsNoList(String pickle) {
        assertThatExceptionOfType(BadPickleException.class)
                .isThrownBy(() -> lines(pickle))
                .withMessage("this is no list of points, at byte 0");
    }

    @Test
    void makesBatchesOfWholeLines() throws Exception {
        byte[] pickle = PickleBytes.points("x".repeat(100), 0, 5000);
        List<LineBatch> batches = new ArrayList<>();
        PointLines.Outcome outcome = PointLines.write(PickleReader.read(pickle), pickle.length, batches::add);

        assertThat(outcome.written()).isEqualTo(5000);
        assertThat(batches).hasSize(9).allSatisfy(batch -> {
            assertThat(batch.toString()).endsWith("\n").hasLineCount(batch.lines());
            assertThat(batch.length()).isLessThan(PointLines.BATCH_BYTES + 200);
        });
        assertThat(batches.stream().mapToInt(LineBatch::lines).sum()).isEqualTo(5000);
    }
}
