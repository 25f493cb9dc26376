package org.buckytools.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What this program is called. */
final class Software {
    private Software() {}

    /** Its name and version, for people. */
    static String nameAndVersion() {
        return "buckytools-java " + version();
    }

    /** What it calls itself in a {@code User-Agent}. */
    static String userAgent() {
        return "buckyd/" + version();
    }

    /** The version of the build. */
    static String version() {
        try (InputStream resource = Software.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(resource);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
