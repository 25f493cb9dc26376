package org.buckytools.bench.scenario;

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
    public long read(Path file, ByteBuffer block, Transfer sink) throws IOException {
        long size = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(block.clear()) > 0) {
                size += block.position();
                sink.pass(block.flip());
            }
        }
        return size;
    }

    @Override
    public void write(Path file, long size, ByteBuffer block, Transfer source) throws IOException {
        Path hidden = MoveSteps.hidden(file);
        try (FileChannel channel = FileChannel.open(hidden, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long left = size; left > 0; left -= block.limit()) {
                source.pass(block.clear().limit((int) Math.min(left, block.capacity())));
                block.flip();
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
