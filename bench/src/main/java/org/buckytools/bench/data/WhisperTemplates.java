package org.buckytools.bench.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperHeader;

/**
 * Contents of Whisper files, as a carbon would have written them: values that wander, archives without a hole or with their last
 * day only, coarser archives aggregated from the finer ones as far back as these reach. Some dozens of different ones are
 * enough for any number of files.
 *
 * <p>Of each there is also one with gaps, which an exact fill turns into the first, byte for byte. The gaps leave out the oldest
 * hours, since these leave an archive's window while a run goes on.
 */
public final class WhisperTemplates {
    private static final int KEPT_SECONDS = 3 * 3600;
    private static final int KEPT_POINTS = 12;
    private static final int GAP_POINTS = 10;
    private static final double DECIMALS = 1000;
    private static final float X_FILES_FACTOR = 0.5f;

    /**
     * The files whose metrics have come into being a while ago only, as in any cluster.
     *
     * @param share of all files
     * @param seconds for which they have points
     */
    public record Recent(double share, long seconds) {
        /** Every file has all its points. */
        public static final Recent NONE = new Recent(0, 0);

        /** The usual mixture: 30 % of the files have one day. */
        public static final Recent USUAL = new Recent(0.3, 86_400);

        /** Every file has five hours, which take two blocks of 4 KiB in a file of {@code 60s:30d,15m:2y}. */
        public static final Recent ALL = new Recent(1, 5 * 3600);
    }

    private final List<ByteBuffer> whole = new ArrayList<>();
    private final List<ByteBuffer> gapped = new ArrayList<>();
    private final WhisperHeader header;

    private WhisperTemplates(WhisperHeader header) {
        this.header = header;
    }

    /**
     * Makes some.
     *
     * @param schema {@code 60s:30d,15m:2y}
     * @param recent files that have the newest points only
     * @param gapShare the share of points that the ones with gaps lack, in runs of ten; with 0 there are none of these
     * @param now the time of the newest point, in seconds since the epoch
     */
    public static WhisperTemplates create(
            String schema, int count, Recent recent, double gapShare, long now, long seed) {
        WhisperHeader header = WhisperHeader.create(Retention.parseList(schema), Aggregation.AVERAGE, X_FILES_FACTOR);
        WhisperTemplates templates = new WhisperTemplates(header);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < count; i++) {
            long seconds = i < Math.round(count * recent.share) ? recent.seconds : Long.MAX_VALUE;
            templates.add(random, seconds, gapShare, now);
        }
        return templates;
    }

    /** Bytes of a file. */
    public long size() {
        return header.fileSize();
    }

    /** What is in the file of this number, between position and limit; the position is the caller's own. */
    public ByteBuffer whole(int file) {
        return whole.get(file % whole.size()).duplicate();
    }

    /** As {@link #whole}, with gaps. */
    public ByteBuffer gapped(int file) {
        return gapped.get(file % gapped.size()).duplicate();
    }

    private void add(RandomGenerator random, long seconds, double gapShare, long now) {
        List<Track> tracks = new ArrayList<>();
        for (ArchiveInfo archive : header.archives()) {
            tracks.add(Track.wandering(random, archive, seconds, now));
        }
        whole.add(encode(aggregated(tracks)));
        if (gapShare > 0) {
            tracks.forEach(track -> track.makeGaps(random, gapShare));
            gapped.add(encode(aggregated(tracks)));
        }
    }

    /** Each archive with what the next finer one gives, where that reaches. */
    private static List<Track> aggregated(List<Track> tracks) {
        List<Track> result = new ArrayList<>(List.of(tracks.getFirst()));
        for (Track track : tracks.subList(1, tracks.size())) {
            result.add(track.aggregatedFrom(result.getLast()));
        }
        return result;
    }

    private ByteBuffer encode(List<Track> tracks) {
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) header.fileSize());
        header.write(buffer);
        for (Track track : tracks) {
            buffer.position((int) track.archive.offset());
            for (int i = 0; i < track.values.length; i++) {
                if (track.known.get(i)) {
                    buffer.putInt((int) track.time(i)).putDouble(track.values[i]);
                } else {
                    buffer.putInt(0).putDouble(0);
                }
            }
        }
        return buffer.position(0).limit(buffer.capacity()).asReadOnlyBuffer();
    }

    /** The points of an archive from its first slot on, in the order of time. */
    private static final class Track {
        private final ArchiveInfo archive;
        private final long first;
        private final double[] values;
        private final BitSet known;

        private Track(ArchiveInfo archive, long first, double[] values, BitSet known) {
            this.archive = archive;
            this.first = first;
            this.values = values;
            this.known = known;
        }

        static Track wandering(RandomGenerator random, ArchiveInfo archive, long seconds, long now) {
            long step = archive.secondsPerPoint();
            int count = (int) Math.min(archive.points(), Math.max(1, seconds / step));
            double[] values = new double[count];
            double value = random.nextDouble() * 1000;
            for (int i = 0; i < count; i++) {
                value += random.nextGaussian();
                values[i] = Math.round(value * DECIMALS) / DECIMALS;
            }
            BitSet known = new BitSet(count);
            known.set(0, count);
            return new Track(archive, archive.align(now) - (count - 1) * step, values, known);
        }

        long time(int index) {
            return first + index * archive.secondsPerPoint();
        }

        void makeGaps(RandomGenerator random, double share) {
            double begins = share / (GAP_POINTS * (1 - share));
            int kept = (int) Math.max(KEPT_POINTS, KEPT_SECONDS / archive.secondsPerPoint());
            for (int i = kept; i < values.length; i++) {
                if (random.nextDouble() < begins) {
                    known.clear(i, Math.min(values.length, i + GAP_POINTS));
                    i += GAP_POINTS - 1;
                }
            }
        }

        Track aggregatedFrom(Track finer) {
            double[] newValues = values.clone();
            BitSet newKnown = (BitSet) known.clone();
            int slots = (int) (archive.secondsPerPoint() / finer.archive.secondsPerPoint());
            double[] found = new double[slots];
            for (int i = 0; i < values.length; i++) {
                long offset = time(i) - finer.first;
                if (offset < 0) {
                    continue;
                }
                int from = (int) (offset / finer.archive.secondsPerPoint());
                int count = 0;
                for (int j = from; j < Math.min(from + slots, finer.values.length); j++) {
                    if (finer.known.get(j)) {
                        found[count++] = finer.values[j];
                    }
                }
                boolean enough = count >= slots * X_FILES_FACTOR;
                newKnown.set(i, enough);
                if (enough) {
                    newValues[i] = Aggregation.AVERAGE.aggregate(found, 0, count, slots);
                }
            }
            return new Track(archive, first, newValues, newKnown);
        }

        @Override
        public String toString() {
            return archive + " " + Arrays.toString(values);
        }
    }
}
