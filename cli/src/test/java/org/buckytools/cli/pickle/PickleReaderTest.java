package org.buckytools.cli.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.buckytools.cli.pickle.PickleBytes.bytes;
import static org.buckytools.cli.pickle.PickleBytes.convert;
import static org.buckytools.cli.pickle.PickleBytes.lines;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles stand here as Latin-1. */
class PickleReaderTest {
    /** {@code [('a.b', (1500000000, 1.5))]}, as Python 3.11 and, in protocols 0 to 2, Python 2.7's two picklers write it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(lp0\n(Va.b\np1\n(I1500000000\nF1.5\ntp2\ntp3\na.",
                "(lp1\n(S'a.b'\np2\n(I1500000000\nF1.5\ntp3\ntp4\na.",
                "]q\u0000((X\u0003\u0000\u0000\u0000a.bq\u0001(J\u0000/hYG?\u00f8\u0000\u0000\u0000\u0000\u0000\u0000tq\u0002tq\u0003e.",
                "]q\u0001((U\u0003a.bq\u0002(J\u0000/hYG?\u00f8\u0000\u0000\u0000\u0000\u0000\u0000tq\u0003tq\u0004e.",
                "\u0080\u0002]q\u0000(X\u0003\u0000\u0000\u0000a.bq\u0001J\u0000/hYG?\u00f8\u0000\u0000\u0000\u0000\u0000\u0000"
                        + "\u0086q\u0002\u0086q\u0003e.",
                "\u0080\u0002]q\u0001U\u0003a.bq\u0002J\u0000/hYG?\u00f8\u0000\u0000\u0000\u0000\u0000\u0000\u0086\u0086q\u0003a.",
                "\u0080\u0004\u0095\u001c\u0000\u0000\u0000\u0000\u0000\u0000\u0000]\u0094\u008c\u0003a.b\u0094J\u0000/hY"
                        + "G?\u00f8\u0000\u0000\u0000\u0000\u0000\u0000\u0086\u0094\u0086\u0094a.",
                "\u0080\u0005]\u0094\u008c\u0003a.b\u0094J\u0000/hYG?\u00f8\u0000\u0000\u0000\u0000\u0000\u0000\u0086\u0094\u0086\u0094a."
            })
    void readsAPointInEveryProtocol(String pickle) throws Exception {
        assertThat(lines(pickle)).isEqualTo("a.b 1.5 1500000000\n");
    }

    static Stream<Arguments> numbers() {
        return Stream.of(
                arguments("7", "I7\n"),
                arguments("-7", "I-7\n"),
                arguments("9223372036854775807", "I9223372036854775807\n"),
                arguments("1", "I01\n"),
                arguments("0", "I00\n"),
                arguments("7", "L7L\n"),
                arguments("7", "L7\n"),
                arguments("-123456789012345678901234567890", "L-123456789012345678901234567890L\n"),
                arguments("255", "K\u00ff"),
                arguments("65535", "M\u00ff\u00ff"),
                arguments("-2", "J\u00fe\u00ff\u00ff\u00ff"),
                arguments("0", "\u008a\u0000"),
                arguments("-1", "\u008a\u0001\u00ff"),
                arguments("255", "\u008a\u0002\u00ff\u0000"),
                arguments("-256", "\u008a\u0002\u0000\u00ff"),
                arguments("18446744073709551616", "\u008a\u0009\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0001"),
                arguments("7", "\u008b\u0001\u0000\u0000\u0000\u0007"),
                arguments("1.5", "F1.5\n"),
                arguments("1e+16", "F1e+16\n"),
                arguments("inf", "Finf\n"),
                arguments("-inf", "F-inf\n"),
                arguments("0.1", "G?\u00b9\u0099\u0099\u0099\u0099\u0099\u009a"),
                arguments("1", "\u0088"),
                arguments("0", "\u0089"),
                arguments("2.5", "U\u00032.5"),
                arguments("-1e5", "U\u0005 -1e5"));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void readsNumbers(String expected, String instruction) throws Exception {
        assertThat(lines("](U\u0001aI60\n" + instruction + "\u0086\u0086e.")).isEqualTo("a " + expected + " 60\n");
    }

    static Stream<Arguments> names() {
        return Stream.of(
                arguments("a.b", "U\u0003a.b"),
                arguments("a.b", "T\u0003\u0000\u0000\u0000a.b"),
                arguments("a.b", "X\u0003\u0000\u0000\u0000a.b"),
                arguments("a.b", "\u008c\u0003a.b"),
                arguments("a.b", "\u008d\u0003\u0000\u0000\u0000\u0000\u0000\u0000\u0000a.b"),
                arguments("a.b", "C\u0003a.b"),
                arguments("a.b", "B\u0003\u0000\u0000\u0000a.b"),
                arguments("a.b", "\u008e\u0003\u0000\u0000\u0000\u0000\u0000\u0000\u0000a.b"),
                arguments("a.b", "S'a.b'\n"),
                arguments("a'b", "S\"a'b\"\n"),
                arguments("a'b\"\\", "S'a\\'b\\\"\\\\'\n"),
                arguments("a\u00e9", "S'a\\xc3\\xa9'\n"),
                arguments("a.b", "Va.b\n"),
                arguments("a\u00e9b", "Va\u00e9b\n"),
                arguments("a\u20ac", "Va\\u20ac\n"),
                arguments("\ud83d\ude00\\x", "V\\U0001f600\\x\n"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void readsNames(String expected, String instruction) throws Exception {
        assertThat(lines("](" + instruction + "I60\nI1\n\u0086\u0086e.")).isEqualTo(expected + " 1 60\n");
    }

    @Test
    void recallsWhatItHasSeen() throws Exception {
        assertThat(lines(
                        "\u0080\u0002](U\u0001aq\u0001K\u0001K\u0002\u0086q\u0002\u0086q\u0003h\u0003U\u0001bh\u0002\u0086"
                                + "h\u0001h\u0002\u0086e."))
                .isEqualTo("a 2 1\na 2 1\nb 2 1\na 2 1\n");
        assertThat(lines(
                                "](U\u0001ap17\nK\u0001K\u0002\u0086r\u0012\u0000\u0000\u0000\u0086U\u0001bj\u0012\u0000\u0000\u0000\u0086e.")
                        + lines("(lp0\n(S'c'\np1\n(I1\nI2\ntp2\ntp3\nag3\na."))
                .isEqualTo("a 2 1\nb 2 1\nc 2 1\nc 2 1\n");
    }

    @Test
    void takesListsForTuplesAndTuplesForLists() throws Exception {
        assertThat(lines("((lU\u0001aa(lK\u0001aK\u0002aat.")).isEqualTo("a 2 1\n");
        assertThat(lines("U\u0001aK\u0001K\u0002\u0086\u0086\u0085.")).isEqualTo("a 2 1\n");
        assertThat(lines("].")).isEmpty();
        assertThat(lines(").")).isEmpty();
    }

    @Test
    void ignoresWhatFollowsTheEnd() throws Exception {
        assertThat(lines("U\u0001aK\u0001K\u0002\u0086\u0086\u0085.cos\nsystem\n"))
                .isEqualTo("a 2 1\n");
    }

    /** Each with something before it to work on, so that nothing else can be wrong. */
    static Stream<Arguments> otherInstructions() {
        return Stream.of(
                arguments("names a class or function", "cos\nsystem\n(S'id'\ntR."),
                arguments("names a class or function", "U\u0002osU\u0006system\u0093U\u0002id\u0085R."),
                arguments("calls a function", "])R."),
                arguments("changes an object", "]]b."),
                arguments("makes an object", "(S'id'\nios\nsystem\n."),
                arguments("makes an object", "(]S'id'\no."),
                arguments("makes an object", "])\u0081."),
                arguments("makes an object", "])]\u0092."),
                arguments("makes an object that is registered under a number", "\u0082\u0001."),
                arguments("makes an object that is registered under a number", "\u0083\u0001\u0000."),
                arguments("makes an object that is registered under a number", "\u0084\u0001\u0000\u0000\u0000."),
                arguments("refers to an object outside", "P1\n."),
                arguments("refers to an object outside", "K\u0001Q."),
                arguments("makes a dictionary", "}."),
                arguments("makes a dictionary", "(d."),
                arguments("makes a dictionary", "]K\u0001K\u0001s."),
                arguments("makes a dictionary", "](u."),
                arguments("makes a set", "\u008f."),
                arguments("makes a set", "](\u0090."),
                arguments("makes a set", "(\u0091."),
                arguments("uses a buffer", "\u0096\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000."),
                arguments("uses a buffer", "\u0097."),
                arguments("uses a buffer", "]\u0098."),
                arguments("shuffles the stack", "]K\u00010."),
                arguments("shuffles the stack", "](K\u00011."),
                arguments("shuffles the stack", "]2."),
                arguments("does not exist", "\u00ff."),
                arguments("does not exist", "\n"));
    }

    @ParameterizedTest
    @MethodSource("otherInstructions")
    void refusesEverythingElse(String does, String pickle) {
        assertThatExceptionOfType(BadPickleException.class)
                .isThrownBy(() -> convert(bytes(pickle)))
                .withMessageContaining(", which " + does + ", is refused, at byte ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "e.",
                "(.",
                "](.",
                "]a.",
                "K\u0001e.",
                "](K\u0001ee.",
                "K\u0001K\u0001a.",
                "(K\u0001a.",
                "\u0085.",
                "K\u0001\u0086.",
                "K\u0001(\u0085.",
                "t.",
                "l.",
                "q\u0001.",
                "(q\u0001.",
                "h\u0001.",
                "]q\u0001h\u0000.",
                "]r\u00ff\u00ff\u00ff\u007f.",
                "]r\u00ff\u00ff\u00ff\u00ff.",
                "]p-1\n.",
                "]p99999999999999999999\n.",
                "]p\n.",
                "j\u00ff\u00ff\u00ff\u00ff.",
                "\u0080\u0006].",
                "\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f].",
                "\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff].",
                "X\u00ff\u00ff\u00ff\u007fabc.",
                "X\u00ff\u00ff\u00ff\u00ffabc.",
                "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f.",
                "\u008b\u00ff\u00ff\u00ff\u00ff.",
                "\u008b\u00ff\u00ff\u00ff\u007f.",
                "I\n.",
                "I-\n.",
                "I1x\n.",
                "I 1\n.",
                "I1_0\n.",
                "LL\n.",
                "F\n.",
                "F1x\n.",
                "F0x1p3\n.",
                "Fx\n.",
                "S\n.",
                "S'\n.",
                "Sa\n.",
                "S'a\n.",
                "S'a\"\n.",
                "S'\\'\n.",
                "S'\\x4'\n.",
                "S'\\xzz'\n.",
                "S'\\q'\n.",
                "V\\u12\n.",
                "V\\uzzzz\n.",
                "V\\U00110000\n.",
                "V\\Uffffffff\n."
            })
    void refusesWhatIsMalformed(String pickle) {
        assertThatExceptionOfType(BadPickleException.class).isThrownBy(() -> convert(bytes(pickle)));
    }

    @Test
    void refusesAPickleThatEndsAnywhereBeforeItsEnd() {
        byte[] pickle = PickleBytes.points("name", 0, 3);
        for (int length = 0; length < pickle.length; length++) {
            byte[] cut = Arrays.copyOf(pickle, length);
            assertThatExceptionOfType(BadPickleException.class)
                    .isThrownBy(() -> convert(cut))
                    .withMessageContaining("ends inside");
        }
    }

    @Test
    void refusesDeepNesting() {
        String tooDeep = "more than 32 lists and tuples are ";
        assertThatExceptionOfType(BadPickleException.class)
                .isThrownBy(() -> lines("(".repeat(1_000_000)))
                .withMessageStartingWith(tooDeep + "begun in one another");
        assertThatExceptionOfType(BadPickleException.class)
                .isThrownBy(() -> lines("]" + "\u0085".repeat(1_000_000) + "."))
                .withMessageStartingWith(tooDeep + "in one another");
        assertThatExceptionOfType(BadPickleException.class)
                .isThrownBy(() -> lines("]".repeat(100_000) + "a".repeat(99_999) + "."))
                .withMessageStartingWith(tooDeep + "in one another");
    }

    @Test
    void endsWithListsThatHoldThemselves() throws Exception {
        assertThat(convert(bytes("]q\u0000h\u0000h\u0000a.")).refused()).isEqualTo(1);
        assertThat(convert(bytes("]q\u0000h\u0000a.")).refused()).isEqualTo(1);
        // A pair whose second half is itself.
        assertThat(convert(bytes("]q\u0000(U\u0001ah\u0000e\u0085.")).lines()).isEmpty();
    }

    @Test
    void refusesToBlowUpWhatIsSmall() {
        String name = "n".repeat(4000);
        String point =
                "\u008d\u00a0\u000f\u0000\u0000\u0000\u0000\u0000\u0000" + name + "K\u0001K\u0002\u0086\u0086q\u0001";
        String bomb = "](" + point + "h\u0001".repeat(100_000) + "e.";

        long[] bytes = {0};
        assertThatExceptionOfType(BadPickleException.class)
                .isThrownBy(() -> {
                    byte[] pickle = bytes(bomb);
                    PointLines.write(PickleReader.read(pickle), pickle.length, batch -> bytes[0] += batch.length());
                })
                .withMessageStartingWith("the same points are repeated too often");
        assertThat(bytes[0]).isBetween(60L * bomb.length(), 65L * bomb.length());
    }
}
