package org.buckytools.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Asks on the terminal that the process was started from, wherever its standard streams lead. */
public final class TerminalQuestions implements Questions {
    private static final int LONGEST_ANSWER = 100;
    private static final Set<String> YES = Set.of("y", "yes");

    private final Path device;

    /** Asks on the process's own terminal. */
    public TerminalQuestions() {
        this(Path.of("/dev/tty"));
    }

    /** Asks on this device. */
    TerminalQuestions(Path device) {
        this.device = requireNonNull(device, "device is null");
    }

    @Override
    public Optional<Boolean> confirm(String question) throws IOException {
        Optional<InputStream> opened = open();
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = opened.get();
                OutputStream out = new FileOutputStream(device.toFile(), true)) {
            out.write((question + " [y/N] ").getBytes(UTF_8));
            out.flush();
            return Optional.of(YES.contains(line(in).strip().toLowerCase(Locale.ROOT)));
        }
    }

    /** The device is there for every process, but opens only for one that has a terminal. */
    private Optional<InputStream> open() {
        try {
            return Optional.of(new FileInputStream(device.toFile()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Byte by byte, as what comes behind the line is for others to read. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b; (b = in.read()) >= 0 && b != '\n'; ) {
            if (line.size() < LONGEST_ANSWER) {
                line.write(b);
            }
        }
        return line.toString(UTF_8);
    }
}
