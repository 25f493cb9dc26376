package org.buckytools.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes what {@code bucky --version} and {@code bucky help} print into files, so that launchers can print it without starting
 * a JVM, which takes them twenty times as long. Run when the programs are built or packaged.
 */
final class HelpFilesMain {
    private HelpFilesMain() {}

    /**
     * Writes {@code version.txt}, {@code bucky.txt} for the program as a whole and a file under the name of each command.
     *
     * @param arguments the directory, which is made if need be
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Files.createDirectories(directory);
        for (Map.Entry<String, String> text : BuckyMain.helpTexts().entrySet()) {
            Files.writeString(directory.resolve(text.getKey() + ".txt"), text.getValue());
        }
    }
}
