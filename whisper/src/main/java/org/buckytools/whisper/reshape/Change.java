package org.buckytools.whisper.reshape;

import static java.util.Comparator.comparingLong;
import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperHeader;

/**
 * What is to be different about a file. All of it is worded as what is to be the case afterwards, so that a file which is so
 * already is left alone: a change can be repeated where it was interrupted.
 *
 * @param resize another retention for one archive
 * @param added archives that there are to be
 * @param dropped archives that there are not to be; one that is named here and is not there is no mistake
 * @param aggregation the new method; empty leaves it
 * @param xFilesFactor the new share, 0 to 1; empty leaves it
 * @param keepsValues whether values of coarser archives stay as they are where the method changes between average and sum,
 *     instead of being converted
 */
public record Change(
        Optional<Resize> resize,
        List<Retention> added,
        List<Retention> dropped,
        Optional<Aggregation> aggregation,
        Optional<Float> xFilesFactor,
        boolean keepsValues) {

    /** Changes nothing. */
    public static final Change NONE =
            new Change(Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.empty(), false);

    /**
     * Another retention for an archive.
     *
     * @param index of the archive, 0 for the finest; it stays the archive's index
     * @param retention what it is to be
     */
    public record Resize(int index, Retention retention) {
        public Resize {
            requireNonNull(retention, "retention is null");
            if (index < 0 || index >= WhisperHeader.MAX_ARCHIVES) {
                throw new IllegalArgumentException("archive " + index
                        + "; they are counted from 0, and there are at most " + WhisperHeader.MAX_ARCHIVES);
            }
        }
    }

    public Change {
        requireNonNull(resize, "resize is null");
        requireNonNull(aggregation, "aggregation is null");
        requireNonNull(xFilesFactor, "xFilesFactor is null");
        added = List.copyOf(added);
        dropped = List.copyOf(dropped);
        for (Retention retention : added) {
            if (dropped.contains(retention)) {
                throw new IllegalArgumentException(retention + " is to be added and to be dropped");
            }
        }
        if (xFilesFactor.isPresent() && !(xFilesFactor.get() >= 0 && xFilesFactor.get() <= 1)) {
            throw new IllegalArgumentException("xFilesFactor " + xFilesFactor.get() + " is outside 0 to 1");
        }
    }

    /** Whether any file is as this wants it. */
    public boolean isNothing() {
        return resize.isEmpty()
                && added.isEmpty()
                && dropped.isEmpty()
                && aggregation.isEmpty()
                && xFilesFactor.isEmpty();
    }

    /**
     * The header a file gets. If the archives stay the same, they stay where they are, too, whatever rules for new files they
     * break.
     *
     * @param file what messages call the file
     */
    WhisperHeader applyTo(WhisperHeader header, String file) throws ImpossibleChangeException {
        Aggregation method = aggregation.orElse(header.aggregation());
        float share = xFilesFactor.orElse(header.xFilesFactor());
        List<Retention> now = finestFirst(header);
        List<Retention> wanted = wanted(now, file);
        if (wanted.equals(now)) {
            return new WhisperHeader(method, header.maxRetention(), share, header.archives());
        }
        WhisperHeader changed;
        try {
            changed = WhisperHeader.create(wanted, method, share);
        } catch (IllegalArgumentException e) {
            throw new ImpossibleChangeException(file, e.getMessage());
        }
        if (resize.isPresent() && changed.retentions().indexOf(resize.get().retention()) != indexAfterDrops(now)) {
            throw new ImpossibleChangeException(
                    file,
                    resize.get().retention() + " would not be archive "
                            + resize.get().index() + " of " + changed.retentions()
                            + "; add an archive and drop another instead");
        }
        return changed;
    }

    /** Where the resized archive is to be found when finer ones have come and gone. */
    private int indexAfterDrops(List<Retention> now) {
        Retention retention = resize.orElseThrow().retention();
        int index = resize.orElseThrow().index();
        int before = (int) now.subList(0, index).stream()
                .filter(each -> !dropped.contains(each))
                .count();
        long finer = added.stream()
                .filter(each -> !now.contains(each) && each.secondsPerPoint() < retention.secondsPerPoint())
                .distinct()
                .count();
        return before + (int) finer;
    }

    private List<Retention> wanted(List<Retention> now, String file) throws ImpossibleChangeException {
        if (isMetBy(now)) {
            return now;
        }
        List<Retention> wanted = new ArrayList<>(now);
        if (resize.isPresent()) {
            int index = resize.get().index();
            if (index >= now.size()) {
                throw new ImpossibleChangeException(
                        file, "it has no archive " + index + ", but " + now + ", counted from 0");
            }
            wanted.set(index, resize.get().retention());
        }
        wanted.removeAll(dropped);
        for (Retention retention : added) {
            if (!wanted.contains(retention)) {
                wanted.add(retention);
            }
        }
        if (wanted.isEmpty()) {
            throw new ImpossibleChangeException(file, "no archive would be left of " + now);
        }
        return wanted;
    }

    /** Whether an earlier run has done all this: where archives come and go, an index means another one afterwards. */
    private boolean isMetBy(List<Retention> now) {
        boolean moves = !added.isEmpty() || !dropped.isEmpty();
        return moves
                && now.containsAll(added)
                && now.stream().noneMatch(dropped::contains)
                && (resize.isEmpty() || now.contains(resize.get().retention()));
    }

    private static List<Retention> finestFirst(WhisperHeader header) {
        List<Retention> retentions = new ArrayList<>(header.retentions());
        retentions.sort(comparingLong(Retention::secondsPerPoint));
        return retentions;
    }
}
