package org.buckytools.protocol.client;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import org.buckytools.protocol.MetricStat;

/**
 * A metric's file on its way here. Ends with an {@link IOException} if fewer or more bytes come than {@link #stat()} says,
 * so a whole read is a whole file. Owned by the caller, who closes it.
 */
public final class Download implements AutoCloseable {
    private final MetricStat stat;
    private final InputStream content;

    /** {@code content} is decoded already and checks its own length. */
    public Download(MetricStat stat, InputStream content) {
        this.stat = requireNonNull(stat, "stat is null");
        this.content = requireNonNull(content, "content is null");
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
