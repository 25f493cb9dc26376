package org.buckytools.hashring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashTest {
    /** From the test vectors that the authors of FNV publish. */
    @ParameterizedTest
    @CsvSource({
        "'', 811c9dc5, cbf29ce484222325",
        "a, e40c292c, af63dc4c8601ec8c",
        "foobar, bf9cf968, 85944171f73967e8",
    })
    void fnv1aAgreesWithItsAuthors(String text, String hash32, String hash64) {
        byte[] bytes = text.getBytes(UTF_8);
        assertThat(Fnv1a.hash32(bytes, 0, bytes.length)).isEqualTo(Integer.parseUnsignedInt(hash32, 16));
        assertThat(Fnv1a.hash64(bytes, 0, bytes.length)).isEqualTo(Long.parseUnsignedLong(hash64, 16));
    }

    /** What carbon-c-relay makes of bytes above 127 on x86; the placement tables have such a name. */
    @Test
    void signedBytesMatterAbove127Only() {
        byte[] ascii = "foobar".getBytes(UTF_8);
        assertThat(Fnv1a.signedHash32(ascii, 0, 6)).isEqualTo(Fnv1a.hash32(ascii, 0, 6));
        assertThat(Fnv1a.signedHash64(ascii, 0, 6)).isEqualTo(Fnv1a.hash64(ascii, 0, 6));
        byte[] umlaut = "\u00fc".getBytes(UTF_8);
        assertThat(Fnv1a.signedHash32(umlaut, 0, 2)).isNotEqualTo(Fnv1a.hash32(umlaut, 0, 2));
        assertThat(Fnv1a.signedHash64(umlaut, 0, 2)).isNotEqualTo(Fnv1a.hash64(umlaut, 0, 2));
    }

    /** From Python's {@code mmh3.hash}, one for each length of the last block. */
    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "f, 728008763",
        "fo, 382126120",
        "foo, -156908512",
        "foob, -409181113",
        "fooba, -1239773934",
        "üß, -164052943",
    })
    void murmur3AgreesWithPython(String text, int hash) {
        byte[] bytes = text.getBytes(UTF_8);
        assertThat(Murmur3.hash32(bytes, 0, bytes.length)).isEqualTo(hash);
    }

    @Test
    void onlyTheRangeIsHashed() {
        byte[] padded = "xyfoobarz".getBytes(UTF_8);
        byte[] bare = "foobar".getBytes(UTF_8);
        assertThat(Fnv1a.hash32(padded, 2, 8)).isEqualTo(Fnv1a.hash32(bare, 0, 6));
        assertThat(Fnv1a.hash64(padded, 2, 8)).isEqualTo(Fnv1a.hash64(bare, 0, 6));
        assertThat(Murmur3.hash32(padded, 2, 8)).isEqualTo(Murmur3.hash32(bare, 0, 6));
        assertThat(new PositionHash.Md5().position(padded, 2, 8)).isEqualTo(0x3858);
    }
}
