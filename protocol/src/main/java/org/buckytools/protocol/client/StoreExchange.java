package org.buckytools.protocol.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.json.JsonLinesReader;
import org.buckytools.protocol.json.MalformedMessageException;
import org.buckytools.protocol.transfer.FileStreamFormat;
import org.buckytools.protocol.transfer.FileStreamWriter;
import org.buckytools.protocol.transfer.PullResult;

/**
 * One {@code POST /v2/store} on one connection. The calling thread sends the files; another one takes the results meanwhile, since
 * a daemon that cannot get rid of its results takes no more files.
 */
final class StoreExchange {
    private static final int OK = 200;

    private final DaemonAddress daemon;
    private final Failures failures;
    private final HttpChannel channel;
    private final ClientOptions options;
    private final ExecutorService receivers;

    /** Set by the receiving thread, read when it has ended. */
    private HttpChannel.Body answer;

    private IOException receivingFailed;
    private RuntimeException receiverFailed;
    private boolean isOwnFailure;

    /** {@code receivers} has a thread at once for whatever it gets. */
    StoreExchange(
            DaemonAddress daemon,
            Failures failures,
            HttpChannel channel,
            ClientOptions options,
            ExecutorService receivers) {
        this.daemon = daemon;
        this.failures = failures;
        this.channel = channel;
        this.options = options;
        this.receivers = receivers;
    }

    /**
     * Sends the request and hands on all results.
     *
     * @param count how many results there have to be
     * @return the answer's body, at its end
     * @throws AgentException a refusal
     * @throws IOException what broke the connection, or what {@code files} threw
     */
    HttpChannel.Body run(
            String head,
            byte[] bodyStart,
            ByteBuffer buffer,
            int count,
            AgentClient.Files files,
            Consumer<PullResult> results)
            throws IOException {
        CountDownLatch received = new CountDownLatch(1);
        receivers.execute(() -> {
            try {
                receive(count, results);
            } finally {
                received.countDown();
            }
        });
        FilesWriter sending = new FilesWriter(files);
        IOException sendingFailed = null;
        boolean isSent = false;
        try {
            channel.send(head, new byte[0], buffer, options.inactivityTimeout());
            HttpChannel.ChunkedBody body = channel.chunkedBody(buffer);
            body.write(ByteBuffer.wrap(bodyStart));
            sending.writeTo(body);
            body.end();
            isSent = true;
        } catch (IOException e) {
            sendingFailed = e;
        } finally {
            if (!isSent && (sendingFailed == null || sending.hasOwnFailure || Failures.isInterrupt(sendingFailed))) {
                channel.close();
            }
            // If it was the daemon that takes no more, its answer may tell why.
            await(received);
        }
        isOwnFailure = sending.hasOwnFailure;
        if (receiverFailed != null) {
            throw receiverFailed;
        }
        if (sendingFailed != null && (sending.hasOwnFailure || !(receivingFailed instanceof AgentException))) {
            throw sendingFailed;
        }
        if (receivingFailed != null) {
            throw receivingFailed;
        }
        return answer;
    }

    /** Whether what {@link #run} threw was thrown by the files themselves. */
    boolean isOwnFailure() {
        return isOwnFailure;
    }

    private void await(CountDownLatch received) throws InterruptedIOException {
        try {
            received.await();
        } catch (InterruptedException e) {
            channel.close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + daemon + " was storing");
        }
    }

    private void receive(int count, Consumer<PullResult> results) {
        boolean isWhole = false;
        try {
            HttpChannel.Head head = channel.receiveHead(options.headerTimeout());
            answer = channel.body(head, options.inactivityTimeout());
            if (head.status() != OK) {
                throw failures.status(head.status(), FetchConnections.errorText(answer));
            }
            receiveResults(Channels.newInputStream(answer), count, results);
            isWhole = true;
        } catch (IOException e) {
            receivingFailed = e;
        } catch (RuntimeException e) {
            receiverFailed = e;
        } finally {
            if (!isWhole) {
                // The sender may be waiting for a daemon that takes nothing any more.
                channel.close();
            }
        }
    }

    private static void receiveResults(InputStream body, int count, Consumer<PullResult> results) throws IOException {
        ItemsSeen seen = new ItemsSeen(count);
        JsonLinesReader<PullResult> lines = new JsonLinesReader<>(body, "the stream", PullResult::read);
        for (Optional<PullResult> line = lines.next(); line.isPresent(); line = lines.next()) {
            seen.see(line.get().index(), line.get().count());
            results.accept(line.get());
        }
        seen.end();
        // Only at its very end can the connection be used again.
        if (body.read() >= 0) {
            throw new MalformedMessageException("the stream goes on behind its end");
        }
    }

    /** Writes the files, and tells what went wrong with them from what went wrong with the network. */
    private static final class FilesWriter {
        private final AgentClient.Files files;
        private boolean inNetwork;
        private boolean hasOwnFailure;

        FilesWriter(AgentClient.Files files) {
            this.files = files;
        }

        void writeTo(HttpChannel.ChunkedBody body) throws IOException {
            FileStreamWriter writer = new FileStreamWriter(
                    bytes -> {
                        inNetwork = true;
                        body.write(bytes);
                        inNetwork = false;
                    },
                    ByteBuffer.allocate(FileStreamFormat.MIN_BUFFER));
            try {
                files.writeTo(writer);
                writer.end();
            } catch (IOException e) {
                hasOwnFailure = !inNetwork;
                throw e;
            }
        }
    }
}
