package org.buckytools.bench.lean;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;

/** Both ends of a connection over the loopback interface. */
record Loopback(SocketChannel first, SocketChannel second) {
    static Loopback connect() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel first = SocketChannel.open(server.getLocalAddress());
            return new Loopback(first, server.accept());
        }
    }

    /** Fills what remains of a block. */
    static void readFully(ReadableByteChannel connection, ByteBuffer block) throws IOException {
        while (block.hasRemaining()) {
            if (connection.read(block) < 0) {
                throw new EOFException("the other end has closed the connection");
            }
        }
    }

    static void writeFully(ByteBuffer block, WritableByteChannel connection) throws IOException {
        while (block.hasRemaining()) {
            connection.write(block);
        }
    }
}
