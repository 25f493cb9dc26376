package org.buckytools.protocol.client;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import org.buckytools.protocol.MetricStat;

/**
 * A metric's file on its way here. Ends with an {@link IOException} if fewer or more bytes come than {@link #stat()} says,
 * so a whole read is a whole file. Owned by the caller, who closes it.
 */
public final class Download implements AutoCloseable {
    private final MetricStat stat;
    private final InputStream content;
    private final Optional<String> version;
    private final OptionalLong now;

    /**
     * One that has begun.
     *
     * @param content is decoded already and checks its own length
     * @param version which the daemon named
     * @param now the daemon's clock when it answered
     */
    public Download(MetricStat stat, InputStream content, Optional<String> version, OptionalLong now) {
        this.stat = requireNonNull(stat, "stat is null");
        this.content = requireNonNull(content, "content is null");
        this.version = requireNonNull(version, "version is null");
        this.now = requireNonNull(now, "now is null");
    }

    /** The same with its content seen through {@code wrapped}. */
    Download withContent(InputStream wrapped) {
        return new Download(stat, wrapped, version, now);
    }

    /** The daemon's clock in Unix seconds, by the {@code Date} of its answer; empty if that had none. */
    public OptionalLong now() {
        return now;
    }

    /**
     * Which content this is, for {@link org.buckytools.protocol.transfer.DeleteItem}; empty from a daemon of version 1, or if the
     * file was being written.
     */
    public Optional<String> version() {
        return version;
    }

    /** What the daemon said of the file when it sent it. */
    public MetricStat stat() {
        return stat;
    }

    /** The file's bytes, decoded. */
    public InputStream content() {
        return content;
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
