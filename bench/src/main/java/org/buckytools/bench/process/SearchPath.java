package org.buckytools.bench.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Which programs this machine has. */
public final class SearchPath {
    private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

    private SearchPath() {}

    /** Whether a program of this name is on the {@code PATH}. */
    public static boolean has(String program) {
        return SEPARATOR
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(program)));
    }
}
