package org.buckytools.whisper.fill;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.WhisperHeader;

/** Small random files with everything that occurs in slots: points, gaps, earlier and later laps, nonsense. */
public final class RandomFiles {
    private static final double[] SPECIAL = {
        0.0,
        -0.0,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MAX_VALUE,
        1e-300,
        1,
        1 + 1e-10,
        2
    };

    private final Random random;
    private final boolean distinctValues;
    private final int scale;
    public final long now;

    /**
     * The same files for the same seed.
     *
     * @param distinctValues no value occurs twice by chance
     */
    public RandomFiles(long seed, boolean distinctValues) {
        this(seed, distinctValues, 1);
    }

    /**
     * The same files for the same seed.
     *
     * @param distinctValues no value occurs twice by chance
     * @param scale how many times as many slots they have
     */
    RandomFiles(long seed, boolean distinctValues, int scale) {
        this.scale = scale;
        this.random = new Random(seed);
        this.distinctValues = distinctValues;
        this.now = !distinctValues && random.nextInt(8) == 0
                ? random.nextInt(2000)
                : 1_700_000_000L + random.nextInt(5000);
    }

    private float xFilesFactor() {
        return switch (random.nextInt(4)) {
            case 0 -> 0f;
            case 1 -> 0.5f;
            case 2 -> 1f;
            default -> random.nextFloat();
        };
    }

    private Aggregation aggregation() {
        return Aggregation.ofCode(1 + random.nextInt(8)).orElseThrow();
    }

    public WhisperHeader header() {
        List<long[]> schema = new ArrayList<>();
        long step = new long[] {1, 2, 5, 7, 10}[random.nextInt(5)];
        int archives = 1 + random.nextInt(3);
        long points = 1L + random.nextInt(20 * scale);
        for (int i = 0; i < archives; i++) {
            schema.add(new long[] {step, points});
            long factor = 2L + random.nextInt(4);
            // Nobody creates such files, but one can be read.
            boolean odd = !distinctValues && random.nextInt(10) == 0;
            points = odd ? 1 + random.nextInt(10) : points / factor + 1 + random.nextInt(8);
            step = odd ? step * factor + 1 : step * factor;
        }
        return header(schema, aggregation(), xFilesFactor());
    }

    WhisperHeader like(WhisperHeader header) {
        boolean sameMethod = random.nextInt(4) > 0;
        return header(
                header.archives().stream()
                        .map(archive -> new long[] {archive.secondsPerPoint(), archive.points()})
                        .toList(),
                sameMethod ? header.aggregation() : aggregation(),
                sameMethod ? header.xFilesFactor() : xFilesFactor());
    }

    /** The same steps kept longer or shorter, some left out. */
    WhisperHeader akin(WhisperHeader header) {
        List<long[]> schema = new ArrayList<>();
        for (ArchiveInfo archive : header.archives()) {
            if (random.nextInt(3) > 0) {
                schema.add(
                        new long[] {archive.secondsPerPoint(), Math.max(1, archive.points() + random.nextInt(9) - 4)});
            }
        }
        if (schema.isEmpty()) {
            return header();
        }
        return header(schema, random.nextBoolean() ? header.aggregation() : aggregation(), xFilesFactor());
    }

    private WhisperHeader header(List<long[]> schema, Aggregation aggregation, float xFilesFactor) {
        List<long[]> order = new ArrayList<>(schema);
        if (!distinctValues && random.nextInt(10) == 0) {
            Collections.shuffle(order, random);
        }
        // Somewhere about the end of a page, so that its boundary cuts slots in every way.
        long offset = random.nextBoolean() ? 16 + 12L * order.size() : 4096 - 4L * random.nextInt(60);
        List<ArchiveInfo> archives = new ArrayList<>();
        for (long[] each : order) {
            ArchiveInfo archive = new ArchiveInfo(offset, each[0], (int) each[1]);
            archives.add(archive);
            offset = archive.end();
        }
        return new WhisperHeader(aggregation, 1000, xFilesFactor, archives);
    }

    public double value() {
        if (distinctValues) {
            return random.nextDouble() * 1000;
        }
        return random.nextInt(8) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)] : random.nextInt(4);
    }

    /**
     * A file with points.
     *
     * @param other where some points are copied from, as between replicas; may be null
     */
    public TestFile file(WhisperHeader header, TestFile other) {
        TestFile file = TestFile.create(header);
        int density = random.nextInt(11);
        boolean clean = random.nextInt(3) == 0;
        for (int archive = 0; archive < header.archives().size(); archive++) {
            fillArchive(file, archive, density, clean);
        }
        if (other != null && random.nextBoolean()) {
            share(file, other);
        }
        if (random.nextInt(3) > 0) {
            aggregate(file);
        }
        return file;
    }

    private void fillArchive(TestFile file, int archive, int density, boolean clean) {
        ArchiveInfo info = file.archive(archive);
        List<Long> window = TestFile.times(info, now);
        boolean empty = random.nextInt(6) == 0;
        if (window.isEmpty() || (empty && clean)) {
            return;
        }
        long base = window.get(random.nextInt(window.size()));
        for (long time : window) {
            int slot = info.slot(base, time);
            if (random.nextInt(10) < density) {
                file.slot(archive, slot, time, value());
            } else if (!clean) {
                switch (random.nextInt(8)) {
                    case 0 -> file.slot(archive, slot, Math.max(0, time - info.retention()), value());
                    case 1 -> file.slot(archive, slot, time + info.retention(), value());
                    case 2 ->
                        file.slot(archive, slot, 1 + random.nextInt((int) Math.min(now + 100, 2_000_000_000)), value());
                    default -> {}
                }
            }
        }
        long first = file.time(archive, 0);
        if (empty) {
            file.slot(archive, 0, 0, 0);
        } else if (first == 0 || info.slot(first, base) != info.slot(base, base)) {
            file.slot(archive, 0, base, value());
        }
    }

    private void share(TestFile file, TestFile other) {
        // Where values are to be distinct, a coarser point must not equal what the source's points will aggregate to.
        int archives = distinctValues ? 1 : file.header.archives().size();
        for (int archive = 0; archive < archives; archive++) {
            for (int from = 0; from < other.header.archives().size(); from++) {
                if (other.archive(from).secondsPerPoint()
                        == file.archive(archive).secondsPerPoint()) {
                    SortedMap<Long, Long> theirs = other.bitsAt(from, now);
                    for (long time : file.bitsAt(archive, now).keySet()) {
                        if (theirs.containsKey(time) && random.nextInt(4) > 0) {
                            int slot = file.archive(archive).slot(file.time(archive, 0), time);
                            file.slotBits(archive, slot, time, theirs.get(time));
                        }
                    }
                }
            }
        }
    }

    /** Makes most coarser points what their finer ones aggregate to. */
    private void aggregate(TestFile file) {
        for (int archive = 1; archive < file.header.archives().size(); archive++) {
            SortedMap<Long, Double> finer = file.at(archive - 1, now);
            long step = file.archive(archive).secondsPerPoint();
            long slots = step / file.archive(archive - 1).secondsPerPoint();
            for (long time : file.bitsAt(archive, now).keySet()) {
                double[] values = finer.subMap(time, time + step).values().stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray();
                boolean met = (double) values.length / slots >= file.header.xFilesFactor();
                if (values.length > 0 && slots > 0 && (met || !distinctValues) && random.nextInt(5) > 0) {
                    double value = file.header.aggregation().aggregate(values, 0, values.length, (int) slots);
                    file.slot(archive, file.archive(archive).slot(file.time(archive, 0), time), time, value);
                }
            }
        }
    }

    /** A source and a destination, in half of the cases of the same schema. */
    TestFile[] pair() {
        WhisperHeader header = header();
        WhisperHeader other = switch (random.nextInt(8)) {
            case 0, 1 -> akin(header);
            case 2 -> header();
            case 3 -> random.nextBoolean() ? akin(header) : header();
            default -> like(header);
        };
        TestFile source = file(header, null);
        return new TestFile[] {source, file(other, source)};
    }
}
