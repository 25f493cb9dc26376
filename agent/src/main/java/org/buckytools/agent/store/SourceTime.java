package org.buckytools.agent.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.InstantSource;
import org.buckytools.whisper.posix.Descriptor;

/**
 * The time of last change that a file had where it came from, for the file that it becomes here.
 *
 * @param seconds Unix time; what the wire and Go daemons know
 * @param clock of this machine
 */
record SourceTime(long seconds, InstantSource clock) {
    SourceTime {
        requireNonNull(clock, "clock is null");
    }

    /**
     * Sets the time of a file. The nanoseconds are those of the moment in which this happens: two contents of a file can come
     * from sources that were written in the same second, and must not have the same version
     * ({@link org.buckytools.protocol.transfer.FileVersion}) for that.
     */
    @SuppressWarnings("JavaInstantGetSecondsGetNano") // only something that is different each time is wanted
    void giveTo(Descriptor file) throws IOException {
        file.changeModified(seconds, clock.instant().getNano());
    }
}
