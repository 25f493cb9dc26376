package org.buckytools.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.MalformedMessageException;
import org.junit.jupiter.api.Test;

class NameListWriterTest {
    @Property(tries = 300)
    void whatIsWrittenReadsBack(@ForAll List<String> texts) throws IOException {
        List<String> names = texts.stream()
                .map(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .filter(text -> text.getBytes(StandardCharsets.UTF_8).length <= MetricName.MAX_BYTES)
                .toList();
        assertThat(read(write(names))).isEqualTo(names);
    }

    @Test
    void anEmptyListIsAnEmptyArray() throws IOException {
        assertThat(write(List.of())).asString(StandardCharsets.UTF_8).isEqualTo("[]");
    }

    @Test
    void namesOfTheWorstLengthFit() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            names.add("\u0001".repeat(MetricName.MAX_BYTES - i));
        }
        assertThat(read(write(names))).isEqualTo(names);
    }

    @Test
    void goWritesNullForAListThatWasNeverFilled() throws IOException {
        assertThat(read("null".getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void aCutListHandsOnWhatCameAndEndsInAnException() {
        List<String> names = new ArrayList<>();
        byte[] cut = "[\"a\",\"b\",\"c".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Json.readTexts(new ByteArrayInputStream(cut), "the list", names::add))
                .isInstanceOf(MalformedMessageException.class);
        assertThat(names).containsExactly("a", "b");
    }

    private static byte[] write(List<String> names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        NameListWriter writer = new NameListWriter(bytes);
        for (String name : names) {
            byte[] utf8 = ("x" + name).getBytes(StandardCharsets.UTF_8);
            writer.add(utf8, 1, utf8.length - 1);
        }
        writer.end();
        return bytes.toByteArray();
    }

    private static List<String> read(byte[] json) throws IOException {
        List<String> names = new ArrayList<>();
        Json.readTexts(new ByteArrayInputStream(json), "the list", names::add);
        return names;
    }
}
