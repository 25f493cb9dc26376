package org.buckytools.whisper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.buckytools.whisper.WhisperFile.Access;

/** Files whose header is damaged, or merely strange: they are refused or worked with, and keep their length. */
class UnusualFilePropertyTest {
    private static final int LENGTH = 40 + 22 * 12;
    private static final long NOW = 1_500_000_000L;

    private Path file;

    // One for all tries: making a file costs more than all that is done with it.
    @BeforeProperty
    void nameAFile() throws IOException {
        file = Files.createTempFile("unusual", ".wsp");
    }

    @AfterProperty
    void removeTheFile() throws IOException {
        Files.deleteIfExists(file);
    }

    @Provide
    Arbitrary<Integer> words() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(0, 400),
                Arbitraries.integers(),
                Arbitraries.of(0, 1, 2, 60, 0x3f000000, -1, Integer.MIN_VALUE));
    }

    @Property(tries = 1000)
    void areRefusedOrKeepTheirLength(
            @ForAll @IntRange(min = 0, max = 9) int first,
            @ForAll("words") int firstWord,
            @ForAll @IntRange(min = 0, max = 9) int second,
            @ForAll("words") int secondWord,
            @ForAll @LongRange(min = 0, max = 2 * NOW) long now)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
        WhisperHeader.create(Retention.parseList("60s:10m,5m:1h"), Aggregation.SUM, 0)
                .write(bytes);
        bytes.putInt(4 * first, firstWord).putInt(4 * second, secondWord);
        Files.write(file, bytes.array());
        try (WhisperFile opened = WhisperFile.open(file, Access.WRITE)) {
            List<Point> points = new ArrayList<>();
            for (int age = -300; age < 4000; age += 50) {
                points.add(new Point(Math.max(0, now - age), age));
            }
            opened.updateMany(points, now);
            opened.fetch(now - 3600, now, now)
                    .ifPresent(series -> assertThat(series.size()).isLessThan(LENGTH));
            opened.update(points.getLast(), points.getLast().time());
        } catch (UnreadableWhisperFileException e) {
            assertThat(e).hasMessageContaining(file.toString());
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("holds no point for time");
        }
        assertThat(Files.size(file)).isEqualTo(LENGTH);
    }

    @Property
    void ofAnyBytesAreRefusedOrOpened(@ForAll byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try (WhisperFile opened = WhisperFile.open(file, Access.READ)) {
            assertThat(opened.header().fileSize()).isLessThanOrEqualTo(bytes.length);
        } catch (UnreadableWhisperFileException e) {
            assertThat(e).hasMessageStartingWith(file.toString());
        }
    }
}
