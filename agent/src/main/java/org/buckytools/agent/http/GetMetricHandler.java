package org.buckytools.agent.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.buckytools.agent.store.ChunkMode;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.agent.store.SourceFile;
import org.buckytools.protocol.Encoding;
import org.buckytools.protocol.Headers;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.SnappyFraming;
import org.buckytools.protocol.transfer.FileVersion;

/** {@code GET /metrics/NAME}: the file, plain with ranges or in snappy framing. */
final class GetMetricHandler implements Handler {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    private static final int SNAPPY_PIECE_BYTES = 32 * 1024;

    private final MetricStore store;

    GetMetricHandler(MetricStore store) {
        this.store = store;
    }

    @Override
    public Response handle(Request request) throws IOException {
        SourceFile file = store.read(request.metricName());
        try {
            // Exactly this word, as the Go daemons want it: a browser's "gzip, snappy" gets the plain file.
            boolean snappy = request.header("Accept-Encoding").equals(Optional.of(Headers.SNAPPY));
            Optional<FileVersion> version = file.version();
            Response response = snappy ? encoded(file) : plain(request, file);
            version.ifPresent(named -> response.with(Headers.VERSION, named.token()));
            return response;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Response encoded(SourceFile file) {
        return Response.stream(200, Headers.OCTET_STREAM, OptionalLong.empty(), sink -> encode(file, sink), file::close)
                .with("Content-Encoding", Headers.SNAPPY)
                .with(
                        MetricStat.HEADER,
                        file.stat().withEncoding(Encoding.SNAPPY).toHeader());
    }

    private static void encode(SourceFile file, BodySink sink) throws IOException {
        byte[] piece = new byte[SNAPPY_PIECE_BYTES];
        try (OutputStream encoder = SnappyFraming.encode(sink)) {
            file.forEachChunk(ChunkMode.ALL, (offset, bytes) -> {
                while (bytes.hasRemaining()) {
                    int length = Math.min(piece.length, bytes.remaining());
                    bytes.get(piece, 0, length);
                    encoder.write(piece, 0, length);
                }
            });
        }
    }

    private static Response plain(Request request, SourceFile file) {
        long size = file.stat().size();
        String modified =
                HTTP_DATE.format(Instant.ofEpochSecond(file.stat().modTime()).atZone(ZoneOffset.UTC));
        // A part of a file that is not what the caller's other parts are from is of no use.
        boolean samePart = request.header("If-Range").map(modified::equals).orElse(true);
        ByteRange whole = new ByteRange(0, size);
        Optional<ByteRange> asked =
                samePart ? request.header("Range").flatMap(header -> ByteRange.parse(header, size)) : Optional.empty();
        ByteRange range = asked.orElse(whole);
        if (asked.isPresent() && !range.isSatisfiable()) {
            file.close();
            return Response.text(416, "the file has " + size + " bytes")
                    .with("Content-Range", range.contentRange(size));
        }
        Response response = Response.stream(
                        asked.isPresent() ? 206 : 200,
                        Headers.OCTET_STREAM,
                        OptionalLong.of(range.to() - range.from()),
                        sink -> file.forEachChunk(
                                ChunkMode.ALL, range.from(), range.to(), (offset, bytes) -> sink.write(bytes)),
                        file::close)
                .with("Accept-Ranges", "bytes")
                .with("Last-Modified", modified)
                .with(MetricStat.HEADER, file.stat().toHeader());
        return asked.isPresent() ? response.with("Content-Range", range.contentRange(size)) : response;
    }
}
