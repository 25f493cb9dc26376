package org.buckytools.protocol.client;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.buckytools.protocol.MetricStat;

/**
 * A metric's file on its way here. Ends with an {@link IOException} if fewer or more bytes come than {@link #stat()} says,
 * so a whole read is a whole file. Owned by the caller, who closes it.
 */
public final class Download implements AutoCloseable {
    private final MetricStat stat;
    private final InputStream content;
    private final Optional<String> version;

    /** {@code content} is decoded already and checks its own length. */
    public Download(MetricStat stat, InputStream content) {
        this(stat, content, Optional.empty());
    }

    /** As the other constructor, with the version that the daemon named. */
    public Download(MetricStat stat, InputStream content, Optional<String> version) {
        this.stat = requireNonNull(stat, "stat is null");
        this.content = requireNonNull(content, "content is null");
        this.version = requireNonNull(version, "version is null");
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
