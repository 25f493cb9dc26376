package org.buckytools.whisper;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that answers each line it is sent with one line. Its complaints go to the test's standard error. */
public final class PeerProcess implements AutoCloseable {
    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;

    private PeerProcess(List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        orders = process.outputWriter(UTF_8);
        answers = process.inputReader(UTF_8);
    }

    /**
     * Starts a Python script that lies beside the test's class, and waits for its first line, {@code ready}.
     *
     * @param folder where the script is put to be run
     */
    public static PeerProcess python(Path interpreter, Class<?> test, String script, Path folder, String... arguments)
            throws IOException {
        Path file = folder.resolve(script);
        try (InputStream source = test.getResourceAsStream(script)) {
            Files.copy(source, file, StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> command = new ArrayList<>(List.of(interpreter.toString(), file.toString()));
        command.addAll(List.of(arguments));
        PeerProcess peer = new PeerProcess(command);
        String first = peer.answers.readLine();
        if (!"ready".equals(first)) {
            peer.close();
            throw new IOException(script + " began with " + first);
        }
        return peer;
    }

    /** Sends a line and waits for the answer. */
    public String ask(String order) throws IOException {
        send(order);
        return answer();
    }

    /** Sends a line without waiting for the answer. */
    public void send(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
    }

    /** Waits for the answer to the oldest line that has none yet. */
    public String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new EOFException("the peer ended");
        }
        return line;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
