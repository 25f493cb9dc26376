package org.buckytools.agent.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileStatus;

/** The parts of a file that are no holes. */
final class Extents {
    private Extents() {}

    /**
     * A part of a file.
     *
     * @param from the first byte
     * @param to the byte behind the last
     */
    record Extent(long from, long to) {
        long length() {
            return to - from;
        }
    }

    /** The data of a file in ascending order. Only a file whose blocks say that it is sparse is asked where its holes are. */
    static List<Extent> of(Descriptor file, FileStatus status) throws IOException {
        long size = status.size();
        if (size == 0) {
            return List.of();
        }
        if (status.allocatedBytes() >= size) {
            return List.of(new Extent(0, size));
        }
        List<Extent> extents = new ArrayList<>();
        long at = 0;
        while (at < size) {
            long data = file.seekData(at);
            if (data < 0 || data >= size) {
                break;
            }
            long hole = file.seekHole(data);
            at = hole < 0 ? size : Math.min(hole, size);
            extents.add(new Extent(data, at));
        }
        return List.copyOf(extents);
    }
}
