package org.buckytools.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.MalformedMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameListReaderTest {
    @Property(tries = 300)
    void readsWhatAnyWriterOfJsonMakesOfTexts(@ForAll List<String> texts, @ForAll boolean inAscii) throws IOException {
        List<String> names = texts.stream()
                .map(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .toList();
        byte[] json = inAscii
                ? Json.toAscii(out -> strings(out, names)).getBytes(StandardCharsets.US_ASCII)
                : Json.toBytes(out -> strings(out, names));

        assertThat(read(json)).isEqualTo(names);
    }

    private static void strings(tools.jackson.core.JsonGenerator json, List<String> names) {
        json.writeStartArray();
        names.forEach(json::writeString);
        json.writeEndArray();
    }

    @Property(tries = 100)
    void namesMayBeCutAnywhereByTheNetwork(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        List<String> names = new ArrayList<>();
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        NameListWriter writer = new NameListWriter(json);
        for (int i = 0; i < 200; i++) {
            String name = "servers." + (random.nextInt(5) == 0 ? "é\"\\\u0001" : "") + "x".repeat(random.nextInt(900));
            names.add(name);
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            writer.add(utf8, 0, utf8.length);
        }
        writer.end();

        assertThat(read(new Dribble(json.toByteArray(), random))).isEqualTo(names);
    }

    /** As slow as a network may be. */
    private static final class Dribble extends InputStream {
        private final ByteArrayInputStream whole;
        private final Random random;

        Dribble(byte[] bytes, Random random) {
            this.whole = new ByteArrayInputStream(bytes);
            this.random = random;
        }

        @Override
        public int read() {
            return whole.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            return whole.read(into, offset, Math.min(length, 1 + random.nextInt(random.nextBoolean() ? 3 : 3000)));
        }
    }

    @Test
    void spacesMayStandBetweenNames() throws IOException {
        assertThat(read(" [ \"a\" ,\r\n\t\"b\" ] \n")).containsExactly("a", "b");
        assertThat(read("[]")).isEmpty();
        assertThat(read(" [ ] ")).isEmpty();
    }

    @Test
    void goWritesNullForAListThatWasNeverFilled() throws IOException {
        assertThat(read("null\n")).isEmpty();
    }

    @Test
    void aNameAsLongAsAFileSystemAllowsIsRead() throws IOException {
        String longest = "é".repeat(MetricName.MAX_BYTES / 2);
        assertThat(read("[\"" + longest + "\",\"b\"]")).containsExactly(longest, "b");
    }

    @Test
    void aNameWithoutEndIsNotCollected() {
        assertThatThrownBy(() -> read("[\"" + "a".repeat(1 << 20) + "\"]"))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("more than 65536 bytes");
    }

    @Test
    void aCutListHandsOnWhatCame() {
        List<String> names = new ArrayList<>();
        byte[] cut = "[\"a\",\"b\",\"c".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() ->
                        NameListReader.read(new ByteArrayInputStream(cut), "the list", NameSink.ofTexts(names::add)))
                .isInstanceOf(EOFException.class)
                .hasMessage("the list was cut off at byte 11");
        assertThat(names).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "[", "[\"a\"", "[\"a\",", "nul", "[\"\\", "[\"\\\"]"})
    void aCutListIsToldFromAWrongOne(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"a\",]",
                "[,]",
                "[\"a\" \"b\"]",
                "[1]",
                "[null]",
                "nulx",
                "{}",
                "\"a\"",
                "[\"a\"]]",
                "[\"a\"] x",
                "[\"a\nb\"]",
                "[\"\\x\"]",
                "[\"\\u12\"]",
                "<html>"
            })
    void whatIsNoArrayOfTextsIsRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        assertThatThrownBy(() -> read(new byte[] {'[', '"', 'a', (byte) 0xC3, '"', ']'}))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("the list has a name that is not UTF-8");
    }

    private static List<String> read(String json) throws IOException {
        return read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> read(byte[] json) throws IOException {
        return read(new ByteArrayInputStream(json));
    }

    private static List<String> read(InputStream json) throws IOException {
        List<String> names = new ArrayList<>();
        NameListReader.read(json, "the list", NameSink.ofTexts(names::add));
        return names;
    }
}
