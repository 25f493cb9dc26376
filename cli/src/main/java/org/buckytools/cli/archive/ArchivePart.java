package org.buckytools.cli.archive;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file that is read where it stands in an archive, by whoever sends it. The archive stays open when it is closed. */
final class ArchivePart implements Backing {
    private final FileChannel archive;
    private final long start;

    ArchivePart(FileChannel archive, long start) {
        this.archive = archive;
        this.start = start;
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        long at = start + offset;
        while (target.hasRemaining()) {
            int got = archive.read(target, at);
            if (got < 0) {
                throw new EOFException("the archive has become shorter");
            }
            at += got;
        }
    }

    @Override
    public void close() {
        // whoever opened the archive closes it
    }
}
