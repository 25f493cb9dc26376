package org.buckytools.whisper;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.buckytools.whisper.WhisperFile.Access;
import org.buckytools.whisper.WhisperFile.Allocation;
import org.buckytools.whisper.WhisperFile.Existing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same work done by us and by Python Whisper: files must be equal to the byte. */
@Tag("peer")
class WhisperPeerIT {
    private static final int CASES_PER_RUN = 100;
    private static final double[] ODD_VALUES = {
        0.0,
        -0.0,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        0.1,
        1e16,
        -1e16
    };

    @TempDir
    private Path folder;

    private PeerProcess python;

    @BeforeEach
    void startPython() throws Exception {
        Path interpreter = PeerProgram.requirePython("python3-whisper", "whisper");
        python = PeerProcess.python(interpreter, WhisperPeerIT.class, "peer.py", folder);
        String version = python.ask("version");
        // From 3.12 on, sum() compensates rounding errors, so averages differ in their last bits.
        assumeTrue(version.matches("3\\.([0-9]|1[01])"), "Python is " + version + ", newer than 3.11");
    }

    @AfterEach
    void stopPython() {
        if (python != null) {
            python.close();
        }
    }

    @RepeatedTest(6)
    void leavesTheSameBytesAndFetchesTheSamePoints(RepetitionInfo run) throws IOException {
        for (int i = 0; i < CASES_PER_RUN; i++) {
            long seed = run.getCurrentRepetition() * 1_000_000L + i;
            new Case(seed).check();
        }
    }

    @Test
    void ordersSetsAsPythonDoes() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            int size = 1 + random.nextInt(i < 290 ? 200 : 70_000);
            long step = 1L + random.nextInt(7200);
            long start = random.nextInt(2_000_000_000);
            long[] numbers = LongStream.range(0, size)
                    .map(n -> step * ((start + random.nextInt(2 * size)) / step))
                    .toArray();
            assertThat(text(SetOrder.of(numbers))).isEqualTo(python.ask("set " + text(numbers)));
        }
    }

    private static String text(long[] numbers) {
        return Arrays.stream(numbers).mapToObj(String::valueOf).collect(joining(","));
    }

    /** A random file and what happens to it, all from one seed. */
    private final class Case {
        private final Random random;
        private final String name;
        private final Path ours;
        private final Path theirs;
        private final List<ArchiveInfo> archives;
        private final boolean oddValues;
        private long now;

        Case(long seed) throws IOException {
            random = new Random(seed);
            name = "seed " + seed;
            ours = folder.resolve("ours.wsp");
            theirs = folder.resolve("theirs.wsp");
            oddValues = random.nextInt(4) == 0;
            now = random.nextInt(20) == 0 ? random.nextInt(100_000) : 1_000_000_000L + random.nextInt(1_000_000_000);
            archives = create();
        }

        private List<ArchiveInfo> create() throws IOException {
            Files.deleteIfExists(ours);
            Files.deleteIfExists(theirs);
            List<Retention> schema = schema();
            Collections.shuffle(schema, random);
            Aggregation method = Aggregation.ofCode(1 + random.nextInt(8)).orElseThrow();
            float xFilesFactor = random.nextInt(3) == 0 ? random.nextInt(2) : random.nextFloat();
            boolean sparse = random.nextBoolean();
            WhisperHeader header = WhisperHeader.create(schema, method, xFilesFactor);
            WhisperFile.create(ours, header, sparse ? Allocation.SPARSE : Allocation.DENSE, Existing.REFUSE);
            assertThat(python.ask("create %s %s %s %s %s"
                            .formatted(
                                    theirs,
                                    method,
                                    HexFormat.of().toHexDigits(Float.floatToRawIntBits(xFilesFactor)),
                                    sparse ? "sparse" : "dense",
                                    schema.stream()
                                            .map(each -> each.secondsPerPoint() + ":" + each.points())
                                            .collect(joining(",")))))
                    .isEqualTo("done");
            assertSameBytes("create");
            return header.archives();
        }

        private List<Retention> schema() {
            List<Retention> schema = new ArrayList<>();
            long step = new long[] {1, 7, 10, 60}[random.nextInt(4)];
            int points = 2 + random.nextInt(60);
            schema.add(new Retention(step, points));
            for (int i = random.nextInt(4); i > 0; i--) {
                int factor = 2 + random.nextInt(Math.min(points - 1, 11));
                if (factor > points) {
                    break;
                }
                long seconds = step * points;
                step *= factor;
                points = (int) (seconds / step) + 1 + random.nextInt(40);
                schema.add(new Retention(step, points));
            }
            return schema;
        }

        void check() throws IOException {
            for (int i = 1 + random.nextInt(8); i > 0; i--) {
                now += random.nextInt(3) == 0 ? longest() * random.nextInt(3) : random.nextInt(200);
                if (random.nextInt(3) == 0) {
                    update();
                } else {
                    updateMany();
                }
                fetch();
            }
        }

        private long longest() {
            return archives.getLast().retention();
        }

        private void update() throws IOException {
            Point point = new Point(Math.max(0, now - age(longest() + 3) + 2), value());
            String order = "update %s %d %d %s".formatted(theirs, now, point.time(), bits(point.value()));
            String answer = python.ask(order);
            try (WhisperFile file = WhisperFile.open(ours, Access.WRITE)) {
                if (answer.equals("refused TimestampNotCovered")) {
                    assertThatIllegalArgumentException().as(name).isThrownBy(() -> file.update(point, now));
                } else {
                    assertThat(answer).as(name).isEqualTo("done");
                    file.update(point, now);
                }
            }
            assertSameBytes(order);
        }

        private void updateMany() throws IOException {
            List<Point> points = points();
            String order = "many %s %d %s"
                    .formatted(
                            theirs,
                            now,
                            points.isEmpty()
                                    ? "-"
                                    : points.stream()
                                            .map(point -> point.time() + ":" + bits(point.value()))
                                            .collect(joining(",")));
            assertThat(python.ask(order)).as(name).isEqualTo("done");
            try (WhisperFile file = WhisperFile.open(ours, Access.WRITE)) {
                file.updateMany(points, now);
            }
            assertSameBytes(order);
        }

        private List<Point> points() {
            List<Point> points = new ArrayList<>();
            ArchiveInfo finest = archives.getFirst();
            // Points in the future come at the cost of the oldest ones: Python damages the next archive when a run has
            // more
            // points than its archive.
            long shift = random.nextInt(4) == 0 ? random.nextLong(finest.retention() + 1) : 0;
            int density = 1 + random.nextInt(10);
            for (long age = 0; age <= finest.retention(); age += finest.secondsPerPoint()) {
                if (random.nextInt(10) < density) {
                    points.add(point(age - shift));
                }
            }
            if (shift == 0) {
                for (int i = random.nextInt(40); i > 0; i--) {
                    points.add(point(random.nextLong(longest() + 100)));
                }
            }
            if (random.nextInt(10) == 0) {
                points.add(point(-10 * longest()));
            }
            if (random.nextInt(3) > 0) {
                Collections.shuffle(points, random);
            }
            for (int i = points.isEmpty() ? 0 : random.nextInt(4); i > 0; i--) {
                // The same second once more, with another value.
                points.add(new Point(points.get(random.nextInt(points.size())).time(), value()));
            }
            return points;
        }

        private Point point(long age) {
            return new Point(Math.max(0, now - age), value());
        }

        private long age(long limit) {
            return random.nextBoolean() ? random.nextLong(limit) : random.nextLong(Math.min(limit, 100));
        }

        private double value() {
            if (oddValues && random.nextInt(3) == 0) {
                return ODD_VALUES[random.nextInt(ODD_VALUES.length)];
            }
            return random.nextBoolean() ? random.nextInt(100) : random.nextGaussian() * 1e3;
        }

        private void fetch() throws IOException {
            long[] from = new long[3];
            long[] until = new long[3];
            for (int i = 0; i < from.length; i++) {
                from[i] = now - age(longest() + 50) + 10;
                until[i] = from[i] + age(longest() + 50);
                // Each reads the file of the other.
                python.send("fetch %s %d %d %d".formatted(ours, from[i], until[i], now));
            }
            try (WhisperFile file = WhisperFile.open(theirs, Access.READ)) {
                for (int i = 0; i < from.length; i++) {
                    String found = text(file.fetch(from[i], until[i], now));
                    assertThat(found)
                            .as("%s: %d %d %d", name, from[i], until[i], now)
                            .isEqualTo(python.answer());
                }
            }
        }

        private static String text(Optional<Series> series) {
            if (series.isEmpty()) {
                return "none";
            }
            Series found = series.get();
            StringBuilder text = new StringBuilder();
            text.append(found.from())
                    .append(' ')
                    .append(found.until())
                    .append(' ')
                    .append(found.step());
            for (int i = 0; i < found.size(); i++) {
                text.append(i == 0 ? " " : ",").append(found.isKnown(i) ? bits(found.valueAt(i)) : "-");
            }
            return text.toString();
        }

        private static String bits(double value) {
            return HexFormat.of().toHexDigits(Double.doubleToRawLongBits(value));
        }

        private void assertSameBytes(String order) throws IOException {
            assertThat(Files.mismatch(ours, theirs)).as(name + ": " + order).isEqualTo(-1);
        }
    }
}
