package org.buckytools.cli.transfer;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * The metric error file, as the Go fork writes it: a line of date, time and {@code src|dst,METRIC,HOST:PORT} for each metric that
 * failed, on the side where it failed; two lines where that is not known.
 */
final class ErrorFile implements TransferListener, Closeable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu/MM/dd HH:mm:ss").withZone(ZoneId.systemDefault());

    private final BufferedWriter out;
    private final InstantSource clock;

    private ErrorFile(BufferedWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    static ErrorFile open(Path file, InstantSource clock) throws IOException {
        return new ErrorFile(
                Files.newBufferedWriter(
                        file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                clock);
    }

    @Override
    public void on(TransferEvent event) throws IOException {
        if (event instanceof TransferEvent.Failed failed) {
            Problem.Side side = failed.problem().kind().side();
            if (side != Problem.Side.DESTINATION) {
                line("src," + failed.item().from() + "," + failed.group().source());
            }
            if (side != Problem.Side.SOURCE) {
                line("dst," + failed.item().to() + "," + failed.destination());
            }
        }
    }

    private void line(String text) throws IOException {
        out.write(TIME.format(clock.instant()) + " " + text + "\n");
    }

    @Override
    public void pause() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
