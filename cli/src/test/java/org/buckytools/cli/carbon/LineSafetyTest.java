package org.buckytools.cli.carbon;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineSafetyTest {
    private static Optional<String> objection(byte[] name) {
        byte[] around = new byte[name.length + 2];
        System.arraycopy(name, 0, around, 1, name.length);
        return LineSafety.objection(around, 1, name.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b;c=d", "caf\u00e9", "\u6e29\u5ea6", "\ud83d\ude00.x", "%20", "\"'\\"})
    void takesNames(String name) {
        assertThat(objection(name.getBytes(UTF_8))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a\nb 1 2",
                "a\r",
                "\ta",
                "a\u0000",
                "a\u001c",
                "a\u007f",
                "a\u0085b",
                "a\u00a0b",
                "a\u2028b",
                "a\u3000",
                "a\u009f",
                "\u1680"
            })
    void refusesWhatAReceiverCouldTakeForTheEndOfTheName(String name) {
        assertThat(objection(name.getBytes(UTF_8))).isPresent();
    }

    /** In Latin-1: cut off, too long a form of a slash, of U+07FF, of U+FFFF, a surrogate, above the last character, stray. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\u00c3",
                "\u00e2\u0082",
                "\u00c0\u00af",
                "\u00e0\u009f\u00bf",
                "\u00f0\u008f\u00bf\u00bf",
                "\u00ed\u00a0\u0080",
                "\u00f4\u0090\u0080\u0080",
                "\u0080",
                "\u00ff",
                "\u00c3a"
            })
    void refusesWhatIsNotUtf8(String bytes) {
        assertThat(objection(bytes.getBytes(ISO_8859_1))).contains("that is not UTF-8");
    }

    @Property
    void agreesWithJavaOnUtf8(@ForAll @Size(max = 8) byte[] bytes) {
        boolean valid;
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            valid = true;
        } catch (CharacterCodingException e) {
            valid = false;
        }
        Optional<String> objection = objection(bytes);
        if (!valid) {
            assertThat(objection).isPresent();
        } else if (objection.isPresent()) {
            assertThat(objection).isNotEqualTo(Optional.of("that is not UTF-8"));
        }
    }

    @Example
    void refusesEmptyAndEndlessNames() {
        assertThat(objection(new byte[0])).contains("that is empty");
        assertThat(objection("x".repeat(4096).getBytes(UTF_8))).isEmpty();
        assertThat(objection("x".repeat(4097).getBytes(UTF_8))).contains("of more than 4096 bytes");
    }
}
