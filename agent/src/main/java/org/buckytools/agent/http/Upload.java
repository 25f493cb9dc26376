package org.buckytools.agent.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.buckytools.agent.store.Incoming;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.agent.store.StoreResult;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.Headers;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.SnappyFraming;

/** Receives the whole file in the body of a PUT or POST of version 1 into a stage of the store. */
final class Upload {
    /** How a body that has been received becomes part of the store. */
    @FunctionalInterface
    interface Completion {
        StoreResult complete(Incoming incoming) throws IOException;
    }

    private static final int PIECE_BYTES = 64 * 1024;

    private Upload() {}

    /** Receives the body and has it stored; answers with the times that took. */
    static Response receive(Request request, MetricStore store, Completion completion) throws IOException {
        MetricName metric = request.metricName();
        if (!request.header("Content-Type").orElse("").equals(Headers.OCTET_STREAM)) {
            // Clients tell by how this begins that a daemon does not know fetch_offload.
            throw new BadRequestException("Content-Type must be " + Headers.OCTET_STREAM + ".");
        }
        boolean snappy = isSnappy(request);
        MetricStat stat = MetricStat.ofHeader(request.header(MetricStat.HEADER).orElse("null"), metric)
                .orElseThrow(() -> new BadRequestException("the header " + MetricStat.HEADER + " is missing"));
        if (!snappy) {
            checkLength(request, stat);
        }
        try (Incoming incoming = store.receive(metric, stat.size(), stat.mode(), stat.modTime())) {
            long start = System.nanoTime();
            if (snappy) {
                receiveEncoded(request, incoming);
            } else {
                receivePlain(request, incoming);
            }
            long received = System.nanoTime() - start;
            return Response.json(timings(completion.complete(incoming), received));
        }
    }

    /** What a client is told of an upload or a fetch that took {@code downloadNanos}. */
    static FillTimings timings(StoreResult result, long downloadNanos) {
        FillTimings store = result.timings();
        return new FillTimings(downloadNanos, store.dump(), store.fill(), store.compress(), store.copy())
                .withLeftBehind(result.leftBehind());
    }

    /** Writes all of {@code content} to {@code incoming}, from the start. */
    static void copy(InputStream content, Incoming incoming) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        long offset = 0;
        for (int length; (length = content.read(piece)) >= 0; ) {
            incoming.write(offset, ByteBuffer.wrap(piece, 0, length));
            offset += length;
        }
    }

    private static boolean isSnappy(Request request) throws BadRequestException {
        String encoding = request.header("Content-Encoding").orElse("").toLowerCase(Locale.ROOT);
        return switch (encoding) {
            case "", "identity" -> false;
            case Headers.SNAPPY -> true;
            default ->
                throw new BadRequestException(
                        "the body has Content-Encoding " + encoding + "; possible are snappy and none");
        };
    }

    /** Before anything is written, where the length is known. */
    private static void checkLength(Request request, MetricStat stat) throws BadRequestException {
        String length = request.header("Content-Length").orElse(Long.toString(stat.size()));
        if (!length.equals(Long.toString(stat.size()))) {
            throw wrongLength(request, stat.size(), length + " bytes");
        }
    }

    private static void receivePlain(Request request, Incoming incoming) throws IOException {
        long offset = 0;
        for (ByteBuffer bytes; (bytes = request.body().next()) != null; ) {
            int length = bytes.remaining();
            if (offset + length > incoming.size()) {
                throw wrongLength(request, incoming.size(), "more");
            }
            incoming.write(offset, bytes);
            offset += length;
        }
        if (offset != incoming.size()) {
            throw wrongLength(request, incoming.size(), offset + " bytes");
        }
    }

    private static void receiveEncoded(Request request, Incoming incoming) throws IOException {
        try {
            copy(SnappyFraming.decode(request.body().stream(), incoming.size()), incoming);
        } catch (EOFException e) {
            throw new BadRequestException("upload of " + request.metricName() + ": " + e.getMessage(), e);
        }
    }

    private static BadRequestException wrongLength(Request request, long size, String found) {
        return new BadRequestException("upload of " + request.metricName() + ": " + MetricStat.HEADER + " says " + size
                + " bytes, the body has " + found);
    }
}
