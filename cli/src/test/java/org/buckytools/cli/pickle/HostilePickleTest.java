package org.buckytools.cli.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever comes, it is lines that are lines, or the one exception. */
class HostilePickleTest {
    private static final String KNOWN =
            ".(NILFJKMGSVUTXBC)]tlaepqrgjh\u0080\u0095\u0088\u0089\u008a\u008b\u008c\u008d\u008e"
                    + "\u0085\u0086\u0087\u0094";

    private static void check(byte[] pickle) throws InterruptedException {
        try {
            PickleBytes.Converted converted = PickleBytes.convert(pickle);
            for (String line : converted.lines().lines().toList()) {
                assertThat(line).matches("[^ \\p{Cntrl}]+ -?[0-9a-zA-Z.+-]+ -?[0-9]+");
            }
        } catch (BadPickleException e) {
            assertThat(e).hasMessageMatching("(?s).+, at byte [0-9]+");
        } catch (RuntimeException | StackOverflowError e) {
            fail("for " + Arrays.toString(pickle), e);
        }
    }

    @Property(tries = 2000)
    void survivesRandomBytes(@ForAll @Size(max = 200) byte[] bytes) throws InterruptedException {
        check(bytes);
    }

    @Provide
    Arbitrary<List<Byte>> likelyBytes() {
        Arbitrary<Byte> opcode =
                Arbitraries.integers().between(0, KNOWN.length() - 1).map(i -> (byte) KNOWN.charAt(i));
        Arbitrary<Byte> small = Arbitraries.bytes().between((byte) 0, (byte) 4);
        Arbitrary<Byte> text = Arbitraries.of((byte) '\n', (byte) '0', (byte) '1', (byte) '\'', (byte) 'a');
        return Arbitraries.frequencyOf(
                        Tuple.of(6, opcode), Tuple.of(2, small), Tuple.of(2, text), Tuple.of(1, Arbitraries.bytes()))
                .list()
                .ofMaxSize(80);
    }

    @Property(tries = 5000)
    void survivesRandomInstructions(@ForAll("likelyBytes") List<Byte> bytes) throws InterruptedException {
        byte[] pickle = new byte[bytes.size() + 1];
        for (int i = 0; i < bytes.size(); i++) {
            pickle[i] = bytes.get(i);
        }
        pickle[bytes.size()] = '.';
        check(pickle);
    }

    @Property(tries = 2000)
    void survivesDamage(
            @ForAll @IntRange(max = 120) int at,
            @ForAll byte value,
            @ForAll @IntRange(max = 120) int otherAt,
            @ForAll byte other)
            throws InterruptedException {
        byte[] pickle = PickleBytes.points("a.b.c", 7, 4);
        pickle[at % pickle.length] = value;
        pickle[otherAt % pickle.length] = other;
        check(pickle);
    }
}
