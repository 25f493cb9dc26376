package org.buckytools.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.buckytools.protocol.json.MalformedMessageException;
import org.junit.jupiter.api.Test;

class OwnedNamesTest {
    private static final List<String> ONE = List.of("h1");
    private static final List<String> TWO = List.of("h\"2", "h1");

    /** What is written, as text. */
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private final OwnedNameWriter writer = new OwnedNameWriter(written);

    private void add(String name, List<String> owners) throws IOException {
        byte[] utf8 = (name + " and what stands behind it").getBytes(StandardCharsets.UTF_8);
        writer.add(utf8, name.getBytes(StandardCharsets.UTF_8).length, owners);
    }

    private static Map<List<String>, List<String>> read(byte[] json) throws IOException {
        Map<List<String>, List<String>> read =
                new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
        NameListReader.readOwned(new ByteArrayInputStream(json), "the list", new OwnedNameSink() {
            private List<String> names;

            @Override
            public void owners(List<String> hosts) {
                names = read.computeIfAbsent(hosts, none -> new ArrayList<>());
            }

            @Override
            public void name(byte[] utf8, int from, int to) {
                names.add(new String(utf8, from, to - from, StandardCharsets.UTF_8));
            }
        });
        return read;
    }

    private static Map<List<String>, List<String>> read(String json) throws IOException {
        return read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void saysHostsOnceForManyNames() throws IOException {
        add("a.b", ONE);
        add("c", ONE);
        writer.end();
        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("[\"h1\"]\n[\"a.b\",\"c\"]\n[]");
    }

    @Test
    void isAnEmptyArrayWhereThereIsNothing() throws IOException {
        writer.end();
        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("[]");
        assertThat(read(written.toByteArray())).isEmpty();
    }

    @Test
    void keepsTheNamesOfEachInOrder() throws IOException {
        List<String> ones = new ArrayList<>();
        List<String> twos = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            String name = "servers.größe\"" + i + ".load";
            (i % 3 == 0 ? ones : twos).add(name);
            add(name, i % 3 == 0 ? ONE : TWO);
        }
        writer.end();
        assertThat(read(written.toByteArray())).isEqualTo(Map.of(ONE, ones, TWO, twos));
        assertThat(written.toString(StandardCharsets.UTF_8).lines()).hasSizeLessThan(100);
    }

    @Test
    void writesWhatItHasWhereHostsAreDifferentAllTheTime() throws IOException {
        String end = "x".repeat(200);
        for (int i = 0; i < 20_000; i++) {
            add("m" + i + end, List.of("h" + i));
            if (i == 10_000) {
                assertThat(written.size()).as("of two million bytes").isGreaterThan(1_900_000);
            }
        }
        writer.end();
        assertThat(read(written.toByteArray()))
                .hasSize(20_000)
                .containsEntry(List.of("h19999"), List.of("m19999" + end));
    }

    @Test
    void aCutAnswerIsToldFromAWholeOne() throws IOException {
        add("a.b", ONE);
        writer.end();
        byte[] whole = written.toByteArray();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).as("of %s bytes", cut.length).isInstanceOf(EOFException.class);
        }
        assertThat(read(whole)).hasSize(1);
    }

    @Test
    void refusesWhatNoDaemonWouldSay() {
        for (String nonsense : List.of(
                "<html>",
                "{}",
                "null",
                "[\"h1\"]null",
                "[\"h1\"][\"a/b\"][]",
                "[\"h1\"][\".a\"][]",
                "[\"h1\"][\"\"][]",
                "[\"h1\"][1][]",
                "[][]",
                "[\"h\"" + ",\"h\"".repeat(1024) + "][\"a\"][]")) {
            assertThatThrownBy(() -> read(nonsense)).as(nonsense).isInstanceOf(MalformedMessageException.class);
        }
    }

    @Test
    void refusesANameWithoutOwners() {
        assertThatThrownBy(() -> add("a", List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
