package org.buckytools.protocol.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.OptionalLong;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.Headers;
import org.buckytools.protocol.json.MalformedMessageException;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.ForwardingHandler;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.StreamedFile;

/** A fetch whose files are on their way here. For one thread. Closed before its end, it ends the connection too. */
public final class FetchSession implements AutoCloseable {
    private static final int MAX_SECONDS_DIGITS = 18;

    private final FetchConnections connections;
    private final DaemonAddress source;
    private final Failures failures;
    private final HttpChannel channel;
    private final HttpChannel.Body body;
    private final OptionalLong sourceNow;
    private final FileStreamReader reader;
    private boolean isClosed;

    FetchSession(
            FetchConnections connections,
            DaemonAddress source,
            Failures failures,
            HttpChannel channel,
            HttpChannel.Body body,
            HttpChannel.Head head,
            int count,
            ByteBuffer buffer)
            throws MalformedMessageException {
        this.connections = connections;
        this.source = source;
        this.failures = failures;
        this.channel = channel;
        this.body = body;
        String now = head.header(Headers.NOW.toLowerCase(java.util.Locale.ROOT));
        if (now != null && (now.length() > MAX_SECONDS_DIGITS || !HttpChannel.isNumber(now, 10))) {
            throw new MalformedMessageException(Headers.NOW + " is " + now);
        }
        this.sourceNow = now == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(now));
        this.reader = new FileStreamReader(new NetworkSource(), buffer, count);
    }

    /** The source's clock in Unix seconds when it began to answer, if it told. */
    public OptionalLong sourceNow() {
        return sourceNow;
    }

    /**
     * Reads the next metric's file or failure, to its end; see {@link FileStreamReader#next}.
     *
     * @return false at the end of a whole stream
     * @throws AgentException if the source or the network is at fault
     * @throws IOException what the handler throws
     */
    public boolean next(FileStreamReader.Handler handler) throws IOException {
        Recording recording = new Recording(handler);
        try {
            return reader.next(recording);
        } catch (EOFException | MalformedMessageException e) {
            if (recording.hasFailed) {
                throw e;
            }
            throw failures.brokenAnswer(e);
        }
    }

    /** Bytes of the last file's content that crossed the network. */
    public long storedBytes() {
        return reader.storedBytes();
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            reader.close();
            connections.release(source, channel, body);
        }
    }

    /** Makes the network's failures this package's. */
    private final class NetworkSource implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            try {
                return body.read(target);
            } catch (IOException e) {
                throw failures.brokenAnswer(e);
            }
        }

        @Override
        public boolean isOpen() {
            return body.isOpen();
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /** Tells the handler's exceptions from those of the stream. */
    private static final class Recording extends ForwardingHandler {
        private boolean hasFailed;

        Recording(FileStreamReader.Handler handler) {
            super(handler);
        }

        @Override
        public void file(StreamedFile file) throws IOException {
            try {
                super.file(file);
            } catch (IOException e) {
                hasFailed = true;
                throw e;
            }
        }

        @Override
        public void chunk(long offset, ByteBuffer bytes) throws IOException {
            try {
                super.chunk(offset, bytes);
            } catch (IOException e) {
                hasFailed = true;
                throw e;
            }
        }

        @Override
        public void fileEnd() throws IOException {
            try {
                super.fileEnd();
            } catch (IOException e) {
                hasFailed = true;
                throw e;
            }
        }

        @Override
        public void fileFailed(ItemFailure problem) throws IOException {
            try {
                super.fileFailed(problem);
            } catch (IOException e) {
                hasFailed = true;
                throw e;
            }
        }

        @Override
        public void failure(int index, ItemFailure problem) throws IOException {
            try {
                super.failure(index, problem);
            } catch (IOException e) {
                hasFailed = true;
                throw e;
            }
        }
    }
}
