package org.buckytools.bench.process;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A folder with {@code bucky}, {@code buckyd} and perhaps the small programs, ours or a peer's.
 *
 * <p>A peer may want flags of its own, or understand work differently. They stand in {@value #FLAGS_FILE} beside its programs:
 *
 * <pre>
 * name = the fork
 * buckyd = -pprof "" -cache_path ${run}/no-such-file
 * bucky = -t 600
 * bucky.rebalance = -offload
 * exact = false
 * </pre>
 *
 * <p>{@code ${run}} is a folder that is new in every run. {@code exact = false} says that its fills are known to be inexact:
 * then files that a fill should have made equal are counted, and the run counts all the same.
 */
public final class Programs {
    /** The name of the file with a peer's flags. */
    public static final String FLAGS_FILE = "bench.properties";

    private final String name;
    private final Path folder;
    private final boolean ours;
    private final Properties flags;
    private final List<String> moveFlags;
    private final Map<String, String> environment;

    private Programs(
            String name,
            Path folder,
            boolean ours,
            Properties flags,
            List<String> moveFlags,
            Map<String, String> environment) {
        this.name = name;
        this.folder = folder;
        this.ours = ours;
        this.flags = flags;
        this.moveFlags = moveFlags;
        this.environment = environment;
    }

    /** Our own programs. */
    public static Programs ours(Path folder) throws IOException {
        requirePrograms(folder);
        return new Programs("buckytools", folder, true, new Properties(), List.of(), Map.of());
    }

    /**
     * Another implementation of the programs.
     *
     * @param text {@code DIR} or {@code DIR=FLAGS}; the flags are added to every {@code bucky rebalance}
     */
    public static Programs peer(String text) throws IOException {
        int equals = text.indexOf('=');
        Path folder = Path.of(equals < 0 ? text : text.substring(0, equals)).toAbsolutePath();
        String moveFlags = equals < 0 ? "" : text.substring(equals + 1);
        requirePrograms(folder);
        Properties properties = new Properties();
        Path file = folder.resolve(FLAGS_FILE);
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
        }
        String name = properties.getProperty("name", folder.getFileName().toString());
        return new Programs(
                moveFlags.isEmpty() ? name : name + " " + moveFlags,
                folder,
                false,
                properties,
                Words.of(moveFlags),
                Map.of());
    }

    private static void requirePrograms(Path folder) throws IOException {
        for (String program : List.of("bucky", "buckyd")) {
            if (!Files.isExecutable(folder.resolve(program))) {
                throw new IOException("there is no program " + folder.resolve(program));
            }
        }
    }

    /** The same programs with more in their environment. */
    public Programs with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return new Programs(name, folder, ours, flags, moveFlags, all);
    }

    /** What tables call it. */
    public String name() {
        return name;
    }

    /** Whether these are the programs of this project. */
    public boolean isOurs() {
        return ours;
    }

    /** Whether its fills are to be checked byte for byte. */
    public boolean fillsExactly() {
        return !"false".equals(flags.getProperty("exact"));
    }

    /** Whether there is such a program in the folder. */
    public boolean has(String program) {
        return Files.isExecutable(folder.resolve(program));
    }

    /**
     * A subcommand of {@code bucky}. Flags come first, since Go's parser ends at the first word that is none.
     *
     * @param arguments flags that all versions understand, and then other words
     */
    public Command bucky(String subcommand, Path run, List<String> arguments) {
        requireNonNull(subcommand, "subcommand is null");
        List<String> words = new ArrayList<>(List.of(path("bucky"), subcommand));
        words.addAll(own("bucky", run));
        words.addAll(own("bucky." + subcommand, run));
        if ("rebalance".equals(subcommand)) {
            words.addAll(moveFlags);
        }
        words.addAll(arguments);
        return new Command(words, environment);
    }

    /** Any program of the folder, with its own flags first. */
    public Command program(String program, Path run, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(path(program)));
        words.addAll(own(program, run));
        words.addAll(arguments);
        return new Command(words, environment);
    }

    /** {@code bucky} with exactly these words, for what is no work on a cluster: {@code --version}. */
    public Command plainBucky(List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(path("bucky")));
        words.addAll(arguments);
        return new Command(words, environment);
    }

    private String path(String program) {
        return folder.resolve(program).toString();
    }

    private List<String> own(String key, Path run) {
        return Words.of(flags.getProperty(key, "").replace("${run}", run.toString()));
    }

    @Override
    public String toString() {
        return name;
    }
}
