package org.buckytools.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of these programs; the build writes it. */
final class Version {
    private Version() {}

    static String text() {
        try (InputStream version = Version.class.getResourceAsStream("version")) {
            return new String(version.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the jar of bucky is damaged", e);
        }
    }
}
