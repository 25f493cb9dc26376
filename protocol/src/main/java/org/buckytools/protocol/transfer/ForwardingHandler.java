package org.buckytools.protocol.transfer;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Passes everything on to another handler, which keeps bytes or does not; for those that look at some of it. */
public abstract class ForwardingHandler implements FileStreamReader.Handler {
    private final FileStreamReader.Handler handler;

    protected ForwardingHandler(FileStreamReader.Handler handler) {
        this.handler = requireNonNull(handler, "handler is null");
    }

    @Override
    public final boolean keepsBytes() {
        return handler.keepsBytes();
    }

    @Override
    public final ByteBuffer nextBuffer(ByteBuffer rest) {
        return handler.nextBuffer(rest);
    }

    @Override
    public void file(StreamedFile file) throws IOException {
        handler.file(file);
    }

    @Override
    public void chunk(long offset, ByteBuffer bytes) throws IOException {
        handler.chunk(offset, bytes);
    }

    @Override
    public void fileEnd() throws IOException {
        handler.fileEnd();
    }

    @Override
    public void fileFailed(ItemFailure failure) throws IOException {
        handler.fileFailed(failure);
    }

    @Override
    public void failure(int index, ItemFailure failure) throws IOException {
        handler.failure(index, failure);
    }
}
