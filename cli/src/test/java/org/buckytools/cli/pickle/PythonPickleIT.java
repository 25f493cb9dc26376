package org.buckytools.cli.pickle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.buckytools.cli.testing.Peers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles that Python made become the lines that Python says. */
class PythonPickleIT {
    private static final String SCRIPT = "points.py";

    @TempDir
    private Path folder;

    /** The picklers and protocols that were seen. */
    private static Set<String> checkAll(BufferedReader cases) throws Exception {
        Set<String> seen = new TreeSet<>();
        for (String line = cases.readLine(); line != null; line = cases.readLine()) {
            List<String> parts = List.of(line.split(" ", -1));
            byte[] pickle = HexFormat.of().parseHex(parts.get(2));
            PickleBytes.Converted converted = PickleBytes.convert(pickle);
            String pickler = parts.get(0) + " " + parts.get(1);
            assertThat(converted.why()).as(pickler).isEmpty();
            List<String> actual = converted.lines().lines().toList();
            List<String> expected = new String(HexFormat.of().parseHex(parts.get(3)), UTF_8)
                    .lines()
                    .toList();
            assertThat(actual).as(pickler).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i)).as(pickler).isEqualTo(expected.get(i));
            }
            seen.add(pickler);
        }
        return seen;
    }

    @Test
    void readsWhatPython2Pickled() throws Exception {
        try (InputStream cases = PythonPickleIT.class.getResourceAsStream("python2-pickles.txt")) {
            assertThat(checkAll(new BufferedReader(new InputStreamReader(cases, US_ASCII))))
                    .containsExactly("cPickle 0", "cPickle 1", "cPickle 2", "pickle 0", "pickle 1", "pickle 2");
        }
    }

    @Tag("peer")
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void readsWhatPython3Pickles(int seed) throws Exception {
        Peers.require(Peers.runs(Peers.PYTHON, "-c", ""), Peers.PYTHON);
        Path script = folder.resolve(SCRIPT);
        copyScript(script);
        Process python = new ProcessBuilder(Peers.PYTHON, script.toString(), Integer.toString(seed), "3")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader cases = python.inputReader(US_ASCII)) {
            assertThat(checkAll(cases)).hasSize(12);
        }
        assertThat(python.waitFor()).isZero();
    }

    private static void copyScript(Path to) throws IOException {
        try (InputStream script = PythonPickleIT.class.getResourceAsStream(SCRIPT)) {
            Files.copy(script, to);
        }
    }
}
