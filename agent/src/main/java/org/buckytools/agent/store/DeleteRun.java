package org.buckytools.agent.store;

import java.io.IOException;
import java.util.Optional;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.transfer.FileVersion;

/**
 * Conditional deletes of metrics, one after the other: those that follow each other in one directory share what is done about
 * that. Directories that become empty are removed when the run leaves them, at the latest when it is closed; so it should not be
 * long. For one thread at a time.
 */
public final class DeleteRun implements AutoCloseable {
    private final MetricStore store;
    private final StoreParts parts;
    private Optional<RetirementFolder> folder = Optional.empty();

    DeleteRun(MetricStore store, StoreParts parts) {
        this.store = store;
        this.parts = parts;
    }

    /**
     * Does what {@link MetricStore#deleteUnchanged} does, if nobody has to be waited for.
     *
     * @return empty if another request works on the metric, or a process has the file open or locked, or nothing can tell whether
     *     one has, and nothing was done; that method waits
     */
    public Optional<DeleteOutcome> deleteAtOnce(MetricName metric, FileVersion version) throws IOException {
        Place place = Place.of(metric);
        if (folder.isPresent()
                && (!folder.get().path().equals(place.directory())
                        || folder.get().isOld())) {
            close();
        }
        if (folder.isEmpty()) {
            folder = Optional.of(new RetirementFolder(parts, place.directory()));
        }
        return store.deleteAtOnce(metric, place, folder.get(), version);
    }

    @Override
    public void close() {
        if (folder.isPresent()) {
            RetirementFolder closing = folder.get();
            folder = Optional.empty();
            closing.close();
        }
    }
}
