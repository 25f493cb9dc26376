package org.buckytools.cli.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * Cuts the archive into blocks, which threads compress independently, and writes them in order. At most a few blocks a thread are held.
 */
final class CompressedOutput implements ArchiveOutput {
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int WAITING_BLOCKS = 2;
    private static final int ZERO_BYTES = 64 * 1024;

    private final WritableByteChannel channel;
    private final Compression compression;
    private final int threadCount;
    private final ExecutorService threads;
    private final Deque<Future<Pair>> inFlight = new ArrayDeque<>();
    private final ConcurrentLinkedDeque<Compression.BlockCompressor> compressors = new ConcurrentLinkedDeque<>();
    private final Deque<Pair> free = new ArrayDeque<>();
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(ZERO_BYTES);
    private Pair filling;

    /** A block and what becomes of it. */
    private static final class Pair {
        private final ByteBuffer plain = ByteBuffer.allocateDirect(BLOCK_BYTES);
        private final ByteBuffer compressed;

        Pair(int bound) {
            compressed = ByteBuffer.allocateDirect(bound);
        }
    }

    CompressedOutput(WritableByteChannel channel, Compression compression, int threadCount) {
        this.channel = channel;
        this.compression = compression;
        this.threadCount = threadCount;
        this.threads = Executors.newFixedThreadPool(
                threadCount, Thread.ofPlatform().daemon().name("compress-", 0).factory());
        compressors.push(compression.compressors().get());
        this.filling = newPair();
    }

    private Pair newPair() {
        Compression.BlockCompressor one = takeCompressor();
        try {
            return new Pair(one.bound(BLOCK_BYTES));
        } finally {
            compressors.push(one);
        }
    }

    private Compression.BlockCompressor takeCompressor() {
        Compression.BlockCompressor one = compressors.poll();
        return one == null ? compression.compressors().get() : one;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), filling.plain.remaining());
            filling.plain.put(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            if (!filling.plain.hasRemaining()) {
                submit();
            }
        }
    }

    @Override
    public void zeros(long count) throws IOException {
        for (long left = count; left > 0; left -= zeros.limit()) {
            zeros.clear().limit((int) Math.min(left, zeros.capacity()));
            write(zeros.duplicate());
        }
    }

    private void submit() throws IOException {
        Pair full = filling;
        Callable<Pair> work = () -> {
            Compression.BlockCompressor one = takeCompressor();
            try {
                one.compress(full.plain.flip(), full.compressed.clear());
            } finally {
                compressors.push(one);
            }
            return full;
        };
        FutureTask<Pair> task = new FutureTask<>(work);
        inFlight.add(task);
        threads.execute(task);
        while (inFlight.size() >= threadCount + WAITING_BLOCKS || isFirstDone()) {
            writeFirst();
        }
        Pair next = free.poll();
        filling = next == null ? newPair() : next;
    }

    private boolean isFirstDone() {
        return !inFlight.isEmpty() && inFlight.getFirst().isDone();
    }

    private void writeFirst() throws IOException {
        Pair done;
        try {
            done = inFlight.removeFirst().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the archive was being compressed");
        } catch (ExecutionException e) {
            throw new IllegalStateException("compressing failed by a defect", e.getCause());
        }
        done.compressed.flip();
        while (done.compressed.hasRemaining()) {
            channel.write(done.compressed);
        }
        done.plain.clear();
        free.push(done);
    }

    @Override
    public void finish() throws IOException {
        if (filling.plain.position() > 0) {
            submit();
        }
        while (!inFlight.isEmpty()) {
            writeFirst();
        }
    }

    @Override
    public void close() {
        // Blocks on their way are let end, as their buffers must not go before.
        threads.close();
        compressors.forEach(Compression.BlockCompressor::close);
    }
}
