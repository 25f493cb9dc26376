package org.buckytools.agent.http;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.buckytools.protocol.json.JsonLinesWriter;
import org.buckytools.protocol.json.JsonMessage;

/**
 * The lines of an answer that takes its time: each is sent at once, and where none is to be sent for a while an empty line is,
 * which readers pass over, so that neither end takes the other for dead. Safe for use by many threads. After a line that
 * could not be sent, all further ones fail in the same way.
 */
final class ResultLines implements AutoCloseable {
    /** Well below the time that a client waits for a sign of life. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private final BodySink sink;
    private final JsonLinesWriter lines;

    /** Guards all fields; held while writing, so that lines stay whole. Nothing else is waited for under it. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition change = lock.newCondition();
    private long sentNanos = System.nanoTime();
    private IOException broken;
    private boolean closed;

    private ResultLines(BodySink sink) {
        this.sink = sink;
        this.lines = new JsonLinesWriter(sink);
    }

    /** Produces the lines of an answer. */
    @FunctionalInterface
    interface Work {
        void into(ResultLines lines) throws IOException;
    }

    /** 200 and the lines that {@code work} sends; the header goes with the first of them, or with a sign of life. */
    static Response response(Work work) {
        return Response.stream(JsonLinesWriter.CONTENT_TYPE, java.util.OptionalLong.empty(), sink -> {
            try (ResultLines lines = new ResultLines(sink)) {
                Thread.ofVirtual().name("signs-of-life").start(lines::sendSigns);
                work.into(lines);
                lines.end();
            }
        });
    }

    /** Sends a line. */
    void send(JsonMessage line) throws IOException {
        send(List.of(line));
    }

    /** Sends several at once. */
    void send(List<? extends JsonMessage> several) throws IOException {
        write(several, true);
    }

    /** Has several sent with the next lines, or with the end: for who knows that one of them comes at once. */
    void add(List<? extends JsonMessage> several) throws IOException {
        write(several, false);
    }

    private void write(List<? extends JsonMessage> several, boolean now) throws IOException {
        guarded(() -> {
            for (JsonMessage line : several) {
                lines.write(line);
            }
            if (now) {
                lines.flush();
            }
        });
    }

    /** Ends the signs of life. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void end() throws IOException {
        guarded(lines::end);
    }

    private void sendSigns() {
        lock.lock();
        try {
            while (!closed && broken == null) {
                long silent = System.nanoTime() - sentNanos;
                if (silent < SILENCE.toNanos()) {
                    change.await(SILENCE.toNanos() - silent, TimeUnit.NANOSECONDS);
                } else {
                    guarded(() -> {
                        sink.write('\n');
                        sink.flush();
                    });
                }
            }
        } catch (IOException e) {
            // Remembered in `broken`: the next line fails for the same reason, and its sender reports it.
            change.signalAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    @FunctionalInterface
    private interface Write {
        void run() throws IOException;
    }

    private void guarded(Write write) throws IOException {
        lock.lock();
        try {
            if (broken != null) {
                throw new BrokenDownloadException(broken);
            }
            write.run();
            sentNanos = System.nanoTime();
        } catch (IOException e) {
            broken = e;
            throw e;
        } finally {
            lock.unlock();
        }
    }
}
