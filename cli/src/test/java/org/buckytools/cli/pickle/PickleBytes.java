package org.buckytools.cli.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Pickles for tests. */
final class PickleBytes {
    private PickleBytes() {}

    /** Bytes in the guise of Latin-1. */
    static byte[] bytes(String latin1) {
        return latin1.getBytes(ISO_8859_1);
    }

    /** Protocol 2: {@code [(prefix + i, (i, i)), …]} for i from {@code from} on. */
    static byte[] points(String prefix, int from, int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes("\u0080\u0002]("));
        for (int i = from; i < from + count; i++) {
            byte[] name = (prefix + i).getBytes(UTF_8);
            out.write('X');
            out.writeBytes(littleEndian(name.length));
            out.writeBytes(name);
            for (int j = 0; j < 2; j++) {
                out.write('J');
                out.writeBytes(littleEndian(i));
            }
            out.writeBytes(bytes("\u0086\u0086"));
        }
        out.writeBytes(bytes("e."));
        return out.toByteArray();
    }

    private static byte[] littleEndian(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .putInt(Integer.reverseBytes(value))
                .array();
    }

    /** With its length before it, as it goes over the wire. */
    static byte[] message(byte[] pickle) {
        return ByteBuffer.allocate(Integer.BYTES + pickle.length)
                .putInt(pickle.length)
                .put(pickle)
                .array();
    }

    /** What becomes of a pickle: its lines, and how many points were refused and why the first was. */
    record Converted(String lines, int refused, String why) {}

    static Converted convert(byte[] pickle) throws BadPickleException, InterruptedException {
        StringBuilder lines = new StringBuilder();
        PointLines.Outcome outcome =
                PointLines.write(PickleReader.read(pickle), pickle.length, batch -> lines.append(batch));
        return new Converted(
                lines.toString(), outcome.refused(), outcome.firstRefusal().orElse(""));
    }

    static String lines(String latin1) throws BadPickleException, InterruptedException {
        return convert(bytes(latin1)).lines();
    }
}
