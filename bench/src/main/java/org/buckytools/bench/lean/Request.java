package org.buckytools.bench.lean;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.buckytools.protocol.transfer.FileVersion;

/**
 * What an end of a told move wants of another, for a whole batch.
 *
 * @param names of the files, relative to the folder of whoever is asked
 * @param versions of the files, in the same order, if they are to be deleted; empty if they are to be given
 */
record Request(List<String> names, List<FileVersion> versions) {
    /** What is done about requests. */
    interface Answering {
        void answer(Request request) throws IOException;
    }

    private static final byte GIVE = 1;
    private static final byte DELETE = 2;

    static Request toGive(List<String> names) {
        return new Request(names, List.of());
    }

    boolean isToDelete() {
        return !versions.isEmpty();
    }

    /** Sends this in one write. */
    void send(WritableByteChannel channel) throws IOException {
        List<byte[]> texts = new ArrayList<>(names.size());
        int length = Byte.BYTES + Integer.BYTES + versions.size() * VersionBytes.LENGTH;
        for (String name : names) {
            byte[] text = name.getBytes(UTF_8);
            texts.add(text);
            length += Short.BYTES + text.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + length)
                .putInt(length)
                .put(isToDelete() ? DELETE : GIVE)
                .putInt(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            byte[] text = texts.get(i);
            bytes.putShort((short) text.length).put(text);
            if (isToDelete()) {
                VersionBytes.put(versions.get(i), bytes);
            }
        }
        Loopback.writeFully(bytes.flip(), channel);
    }

    /** Answers all requests that come, until the other end closes the connection. */
    static void answerAll(ReadableByteChannel channel, Answering answering) throws IOException {
        for (Optional<Request> next = receive(channel); next.isPresent(); next = receive(channel)) {
            answering.answer(next.get());
        }
    }

    private static Optional<Request> receive(ReadableByteChannel channel) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
        if (channel.read(length) < 0) {
            return Optional.empty();
        }
        Loopback.readFully(channel, length);
        ByteBuffer bytes = ByteBuffer.allocate(length.getInt(0));
        Loopback.readFully(channel, bytes);
        bytes.flip();
        boolean toDelete = bytes.get() == DELETE;
        int count = bytes.getInt();
        List<String> names = new ArrayList<>(count);
        List<FileVersion> versions = new ArrayList<>(toDelete ? count : 0);
        for (int i = 0; i < count; i++) {
            int text = Short.toUnsignedInt(bytes.getShort());
            names.add(new String(bytes.array(), bytes.position(), text, UTF_8));
            bytes.position(bytes.position() + text);
            if (toDelete) {
                versions.add(VersionBytes.get(bytes));
            }
        }
        return Optional.of(new Request(names, versions));
    }
}
