package org.buckytools.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.buckytools.protocol.json.MalformedMessageException;
import org.junit.jupiter.api.Test;

class SnappyFramingTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String IDENTIFIER = "ff060000734e61507059";

    /** "abc" as an uncompressed chunk; CRC-32C of it is 0x364b3fb7. */
    private static final String ABC = "01070000" + masked(0x364b3fb7) + "616263";

    private static String masked(int crc) {
        return HEX.toHexDigits(Integer.reverseBytes(Integer.rotateRight(crc, 15) + 0xa282ead8));
    }

    @Test
    void readsAnUncompressedChunk() throws IOException {
        assertThat(decode(HEX.parseHex(IDENTIFIER + ABC), 3))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("abc");
    }

    @Test
    void skipsPaddingAndRepeatedIdentifiersAndEmptyBlocks() throws IOException {
        String padding = "fe030000aabbcc";
        String empty = "01040000" + masked(0);
        byte[] stream = HEX.parseHex(IDENTIFIER + padding + ABC + IDENTIFIER + empty + ABC + padding);
        assertThat(decode(stream, 6)).asString(StandardCharsets.US_ASCII).isEqualTo("abcabc");
    }

    @Property(tries = 100)
    void whatIsEncodedDecodes(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] content = new byte[random.nextInt(300_000)];
        random.nextBytes(content);
        Arrays.fill(content, content.length / 3, content.length / 2, (byte) 0);
        assertThat(decode(encode(content), content.length)).isEqualTo(content);
    }

    @Test
    void stopsAtTheSizeAnnounced() throws IOException {
        byte[] encoded = encode(new byte[10_000_000]);
        assertThatThrownBy(() -> decode(encoded, 9_999_999)).isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> decode(encoded, 10_000_001))
                .isInstanceOf(EOFException.class)
                .hasMessage("the body ends after 10000000 of 10000001 bytes");
    }

    @Test
    void aCutStreamIsRefused() throws IOException {
        byte[] whole = encode("abcabcabcabcabcabcabcabcabcabc".repeat(10).getBytes(StandardCharsets.US_ASCII));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> decode(cut, 300)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void anyChangedBitIsFound() throws IOException {
        byte[] whole = encode("abcabcabcabcabcabcabcabcabcabc".repeat(10).getBytes(StandardCharsets.US_ASCII));
        byte[] original = decode(whole, 300);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> assertThat(decode(damaged, 300)).isNotEqualTo(original))
                    .as("bit %d", bit)
                    .isInstanceOfAny(MalformedMessageException.class, EOFException.class);
        }
    }

    @Test
    void hostileStreamsAreRefused() {
        for (String bad : new String[] {
            ABC, // no identifier
            "ff060000734e61507058" + ABC, // another identifier
            "ff050000734e615070", // a short one
            IDENTIFIER + "02000000", // reserved, must not be skipped
            IDENTIFIER + "01030000616263", // no room for a checksum
            IDENTIFIER + "01ffffff00000000", // longer than any chunk
            IDENTIFIER + "0009000000000000ffffffff0f", // a block that claims 4 GiB
            IDENTIFIER + "0009000000000000ffffffffff", // a length without end
            IDENTIFIER + "0006000000000000050c", // content that is missing
            IDENTIFIER + "0100" + "0100" + "00000000" + "00".repeat(65_537 - 4 - 4), // wrong checksum
        }) {
            assertThatThrownBy(() -> decode(HEX.parseHex(bad), 1 << 20))
                    .isInstanceOfAny(MalformedMessageException.class, EOFException.class);
        }
    }

    @Property(tries = 1000)
    void randomBytesEndInATypedException(@ForAll byte[] bytes) {
        byte[] stream = Arrays.copyOf(HEX.parseHex(IDENTIFIER), 10 + bytes.length);
        System.arraycopy(bytes, 0, stream, 10, bytes.length);
        assertThatThrownBy(() -> decode(stream, 1 << 20))
                .isInstanceOfAny(MalformedMessageException.class, EOFException.class);
    }

    private static byte[] encode(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream encoder = SnappyFraming.encode(bytes)) {
            encoder.write(content);
        }
        return bytes.toByteArray();
    }

    private static byte[] decode(byte[] encoded, long size) throws IOException {
        return SnappyFraming.decode(new ByteArrayInputStream(encoded), size).readAllBytes();
    }
}
