package org.buckytools.cli.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * HTTP/1.1 as Go's server speaks it: headers in the spelling in which they are set and with raw UTF-8 in their values, and a target
 * that is taken as it was sent. A library would tidy both up.
 */
final class GoHttp implements AutoCloseable {
    private final ServerSocket listener;
    private final Handler handler;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile String date = "Mon, 23 Nov 2015 01:22:25 GMT";

    /** A request, its header names in lower case. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
    record Request(String method, String target, Map<String, String> headers, byte[] body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** An answer; headers are sent in their order, followed by the body's length. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
    record Answer(int status, Map<String, String> headers, byte[] body) {
        /** What Go's {@code http.Error} sends. */
        static Answer error(int status, String text) {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Content-Type", "text/plain; charset=utf-8");
            headers.put("X-Content-Type-Options", "nosniff");
            return new Answer(status, headers, (text + "\n").getBytes(StandardCharsets.UTF_8));
        }

        static Answer empty() {
            return new Answer(200, Map.of(), new byte[0]);
        }

        static Answer json(String json) {
            return new Answer(200, Map.of("Content-Type", "application/json"), json.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Answers requests, several at once. */
    @FunctionalInterface
    interface Handler {
        Answer answer(Request request) throws IOException;
    }

    GoHttp(InetSocketAddress address, Handler handler) throws IOException {
        this.handler = handler;
        this.listener = new ServerSocket();
        listener.bind(address);
        Thread.ofVirtual().name("go-accept").start(this::accept);
    }

    /** What its clock says from now on. */
    void clock(Instant now) {
        date = DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atZone(ZoneOffset.UTC));
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                Thread.ofVirtual().name("go-connection").start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = new BufferedOutputStream(socket.getOutputStream());
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                String[] words = line.split(" ", 3);
                Request request = read(in, words[0], words[1]);
                write(out, handler.answer(request), words[0].equals("HEAD"));
            }
        } catch (IOException e) {
            // The client sees that the connection is gone.
        } finally {
            sockets.remove(socket);
        }
    }

    private static Request read(InputStream in, String method, String target) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body;
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            ByteArrayOutputStream chunks = new ByteArrayOutputStream();
            for (int length = Integer.parseInt(line(in), 16); length > 0; length = Integer.parseInt(line(in), 16)) {
                chunks.write(exactly(in, length));
                line(in);
            }
            line(in);
            body = chunks.toByteArray();
        } else {
            body = exactly(in, Integer.parseInt(headers.getOrDefault("content-length", "0")));
        }
        return new Request(method, target, headers, body);
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("the request was cut off");
        }
        return bytes;
    }

    /** An empty line at the end of the stream, too. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    private void write(OutputStream out, Answer answer, boolean toHead) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " " + reason(answer.status()) + "\r\n");
        answer.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Date: ")
                .append(date)
                .append("\r\nContent-Length: ")
                .append(answer.body().length)
                .append("\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.UTF_8));
        if (!toHead) {
            out.write(answer.body());
        }
        out.flush();
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 202 -> "Accepted";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            default -> "Internal Server Error";
        };
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
