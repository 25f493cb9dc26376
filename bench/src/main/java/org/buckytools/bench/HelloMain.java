package org.buckytools.bench;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** The least that a Java program can do: what others are measured beside. */
public final class HelloMain {
    private HelloMain() {}

    /** Prints one line. */
    public static void main(String[] arguments) {
        System.out.println("hello");
    }

    /** The jar or folder that has this class. */
    public static Path classPath() {
        try {
            return Path.of(HelloMain.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
