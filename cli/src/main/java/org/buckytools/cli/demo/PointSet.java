package org.buckytools.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.buckytools.whisper.Archive;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.WhisperFile;

/**
 * All points of a metric, archive by archive, the finest first.
 *
 * @param archives values by time
 */
record PointSet(List<Map<Long, Double>> archives) {
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

    PointSet {
        archives = List.copyOf(archives);
    }

    static PointSet read(Path path) throws IOException {
        List<Map<Long, Double>> archives = new ArrayList<>();
        try (WhisperFile file = WhisperFile.openLocked(path, WhisperFile.Access.READ, LOCK_TIMEOUT)) {
            for (ArchiveInfo info : file.header().archives()) {
                Archive archive = file.readArchive(info);
                Map<Long, Double> points = new HashMap<>();
                for (int slot = 0; slot < info.points() && !archive.isEmpty(); slot++) {
                    long time = archive.timeAt(slot);
                    if (time != 0 && archive.slotOf(time) == slot) {
                        points.put(time, archive.valueAt(slot));
                    }
                }
                archives.add(points);
            }
        }
        return new PointSet(archives);
    }

    /** What a fill of {@code this} from {@code other} must at least have: our points, and theirs where we have none. */
    PointSet filledFrom(PointSet other) {
        List<Map<Long, Double>> merged = new ArrayList<>();
        for (int i = 0; i < archives.size(); i++) {
            Map<Long, Double> points = new HashMap<>(other.archives.get(i));
            points.putAll(archives.get(i));
            merged.add(points);
        }
        return new PointSet(merged);
    }

    int size() {
        return archives.stream().mapToInt(Map::size).sum();
    }

    /**
     * How many points of {@code wanted} are not here. In the finest archive the value counts too; a coarser point may have
     * become more exact, as it is made of more finer ones.
     */
    int missing(PointSet wanted) {
        int missing = 0;
        for (int i = 0; i < archives.size(); i++) {
            Map<Long, Double> here = archives.get(i);
            for (Map.Entry<Long, Double> point : wanted.archives.get(i).entrySet()) {
                Double value = here.get(point.getKey());
                boolean there = i == 0 ? point.getValue().equals(value) : value != null;
                if (!there) {
                    missing++;
                }
            }
        }
        return missing;
    }
}
