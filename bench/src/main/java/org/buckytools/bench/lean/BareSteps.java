package org.buckytools.bench.lean;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The system calls that every move needs: open, read, close, create, write, rename, unlink. */
final class BareSteps implements MoveSteps {
    @Override
    public long read(Path file, Sink sink) throws IOException {
        long size = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer block = sink.block();
            while (channel.read(block) > 0) {
                size += block.position();
                sink.pass(block.flip());
                block = sink.block();
            }
        }
        return size;
    }

    @Override
    public void write(Path file, long size, Source source) throws IOException {
        Path hidden = MoveSteps.hidden(file);
        try (FileChannel channel = FileChannel.open(hidden, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long left = size;
            while (left > 0) {
                ByteBuffer block = source.next(left);
                left -= block.remaining();
                while (block.hasRemaining()) {
                    channel.write(block);
                }
            }
        }
        Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void written(List<Path> files) {}

    @Override
    public void delete(Path file) throws IOException {
        Files.delete(file);
    }
}
