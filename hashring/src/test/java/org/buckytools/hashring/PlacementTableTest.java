package org.buckytools.hashring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with what the peers said when {@code placement/generate.py} asked them, so that no peer is needed. */
class PlacementTableTest {
    private static final List<String> TABLES = List.of("hosts", "ports", "instances", "cyclic", "ipv6", "large");
    private static final String WITHOUT_DIVERSITY = "/any";

    record Column(String table, String type, List<Member> members, List<String> names, List<List<Integer>> owners) {
        @Override
        public String toString() {
            return type + " of " + table;
        }
    }

    static Stream<Column> columns() throws IOException {
        List<Column> columns = new ArrayList<>();
        for (String table : TABLES) {
            columns.addAll(read(table));
        }
        return columns.stream();
    }

    @ParameterizedTest
    @MethodSource("columns")
    void ownersAreThoseThatThePeerNamed(Column column) {
        boolean diverse = !column.type().endsWith(WITHOUT_DIVERSITY);
        RingType type = RingType.of(column.type().replace(WITHOUT_DIVERSITY, ""));
        int replicas = column.owners().getFirst().size();
        HashRing ring = HashRings.of(type, column.members(), replicas, diverse);
        for (int i = 0; i < column.names().size(); i++) {
            List<Member> expected =
                    column.owners().get(i).stream().map(ring.members()::get).toList();
            assertThat(ring.owners(column.names().get(i)))
                    .as(column.names().get(i))
                    .isEqualTo(expected);
        }
    }

    private static List<Column> read(String table) throws IOException {
        List<String> lines;
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                PlacementTableTest.class.getResourceAsStream("placement/" + table + ".tsv"), StandardCharsets.UTF_8))) {
            lines = in.lines().toList();
        }
        List<Member> members = Arrays.stream(
                        lines.get(1).replace("# members ", "").split(" "))
                .map(Member::parse)
                .toList();
        String[] header = lines.get(2).split("\t");
        List<String[]> rows =
                lines.stream().skip(3).map(line -> line.split("\t")).toList();
        List<String> names = rows.stream().map(row -> row[0]).toList();
        List<Column> columns = new ArrayList<>();
        for (int column = 1; column < header.length; column++) {
            int cell = column;
            List<List<Integer>> owners = rows.stream()
                    .map(row -> Arrays.stream(row[cell].split(","))
                            .map(Integer::valueOf)
                            .toList())
                    .toList();
            columns.add(new Column(table, header[column], members, names, owners));
        }
        return columns;
    }
}
