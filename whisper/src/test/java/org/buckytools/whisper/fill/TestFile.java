package org.buckytools.whisper.fill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperHeader;

/** A Whisper file in an array, which tests write slot by slot and read as maps from time to value. */
public final class TestFile {
    public final WhisperHeader header;
    public final ByteBuffer bytes;

    private final byte[] array;

    /** A file of these bytes. */
    public TestFile(WhisperHeader header, byte[] array) {
        this.header = header;
        this.array = array;
        this.bytes = ByteBuffer.wrap(array);
    }

    /** A new file, e.g. {@code create("10s:1m,1m:10m", AVERAGE, 0.5f)}. */
    public static TestFile create(String retentions, Aggregation aggregation, float xFilesFactor) {
        List<Retention> list = new ArrayList<>();
        for (String retention : retentions.split(",", -1)) {
            list.add(Retention.parse(retention));
        }
        return create(WhisperHeader.create(list, aggregation, xFilesFactor));
    }

    public static TestFile create(WhisperHeader header) {
        byte[] array = new byte[(int) header.fileSize()];
        header.write(ByteBuffer.wrap(array));
        return new TestFile(header, array);
    }

    public TestFile copy() {
        return new TestFile(header, array.clone());
    }

    public WhisperImage image() {
        try {
            return WhisperImage.of(bytes, "test.wsp");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ArchiveInfo archive(int index) {
        return header.archives().get(index);
    }

    public TestFile slot(int archive, int slot, long time, double value) {
        return slotBits(archive, slot, time, Double.doubleToRawLongBits(value));
    }

    public TestFile slotBits(int archive, int slot, long time, long bits) {
        int offset = (int) archive(archive).pointOffset(slot);
        bytes.putInt(offset, (int) time).putLong(offset + 4, bits);
        return this;
    }

    /** Puts a point where it belongs; the first one of an archive into the first slot. */
    public TestFile point(int archive, long time, double value) {
        long base = time(archive, 0);
        return slot(archive, base == 0 ? 0 : archive(archive).slot(base, time), time, value);
    }

    /** Puts points one step apart. */
    public TestFile points(int archive, long time, double... values) {
        for (double value : values) {
            point(archive, time, value);
            time += archive(archive).secondsPerPoint();
        }
        return this;
    }

    public long time(int archive, int slot) {
        return Integer.toUnsignedLong(bytes.getInt((int) archive(archive).pointOffset(slot)));
    }

    public long bits(int archive, int slot) {
        return bytes.getLong((int) archive(archive).pointOffset(slot) + 4);
    }

    /** What a reader finds at {@code now}: the raw bits by time. */
    public SortedMap<Long, Long> bitsAt(int archive, long now) {
        SortedMap<Long, Long> points = new TreeMap<>();
        ArchiveInfo info = archive(archive);
        long base = time(archive, 0);
        if (base == 0) {
            return points;
        }
        for (long time : times(info, now)) {
            int slot = info.slot(base, time);
            if (time(archive, slot) == time) {
                points.put(time, bits(archive, slot));
            }
        }
        return points;
    }

    /** What a reader finds at {@code now}. */
    public SortedMap<Long, Double> at(int archive, long now) {
        SortedMap<Long, Double> points = new TreeMap<>();
        bitsAt(archive, now).forEach((time, bits) -> points.put(time, Double.longBitsToDouble(bits)));
        return points;
    }

    /** The times of an archive's window, oldest first, found by trying every second. */
    public static List<Long> times(ArchiveInfo info, long now) {
        List<Long> times = new ArrayList<>();
        for (long time = Math.max(1, now - info.retention() + 1); time <= now; time++) {
            if (time % info.secondsPerPoint() == 0) {
                times.add(time);
            }
        }
        return times;
    }

    FillReport fillFrom(TestFile source, long now) {
        FillPlan plan = Fill.plan(source.image(), image(), now);
        write(plan, Integer.MAX_VALUE);
        return plan.report();
    }

    /** Applies the first {@code count} writes of a plan; returns how many there are. */
    int write(FillPlan plan, int count) {
        int[] done = {0};
        try {
            plan.writes().writeTo((data, offset) -> {
                if (done[0]++ < count) {
                    bytes.duplicate().position((int) offset).put(data);
                }
                data.position(data.limit());
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return done[0];
    }

    /**
     * Applies a plan as it is applied to a file, at most {@code count} calls and stores of four bytes; returns how many there are.
     *
     * @param backwards in which order words are stored where any will do
     */
    int writeAndStore(FillPlan plan, boolean backwards, int count) {
        int[] done = {0};
        SlotWrites writes = plan.writes();
        try {
            writes.writeTo(new SlotWrites.Target() {
                @Override
                public void write(ByteBuffer data, long offset) {
                    if (done[0]++ < count) {
                        bytes.duplicate().position((int) offset).put(data);
                    }
                    data.position(data.limit());
                }

                @Override
                public boolean store(int from, int to) {
                    SlotWrites.Words words = new SlotWrites.Words() {
                        @Override
                        void put(int index, int word) {
                            if (done[0]++ < count) {
                                bytes.putInt(index * Integer.BYTES, ArchiveWindow.raw(word));
                            }
                        }

                        @Override
                        void put(int index, int[] words, int from, int length) {
                            for (int i = 0; i < length; i++) {
                                int at = backwards ? length - 1 - i : i;
                                put(index + at, words[from + at]);
                            }
                        }
                    };
                    writes.storeTo(words, 0, from, to);
                    return true;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return done[0];
    }

    public byte[] array() {
        return array;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(header.toString());
        for (int archive = 0; archive < header.archives().size(); archive++) {
            text.append("\n  archive ").append(archive).append(':');
            for (int slot = 0; slot < archive(archive).points(); slot++) {
                text.append(' ')
                        .append(time(archive, slot))
                        .append('=')
                        .append(Double.longBitsToDouble(bits(archive, slot)));
            }
        }
        return text.append("\n  of ").append(Point.BYTES).append(" bytes each").toString();
    }
}
