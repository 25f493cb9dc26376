package org.buckytools.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the kinds of threads of a process have used: compilers and collectors, too, which no profile of methods shows. */
public final class ThreadTimes {
    /** Less than this many seconds of a kind are not worth a line. */
    private static final double LITTLE = 0.05;

    private ThreadTimes() {}

    /** The file for the threads of the process that made a flight recording. */
    public static Path besides(Path recording) {
        return recording.resolveSibling(recording.getFileName() + ".threads");
    }

    /** One line for each kind, by its name without numbers, of the threads that are alive. */
    static String of(long pid) throws IOException {
        Map<String, CpuTime> kinds = new TreeMap<>();
        List<Path> tasks;
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/task"))) {
            tasks = all.toList();
        }
        for (Path task : tasks) {
            add(task, kinds);
        }
        return kinds.entrySet().stream()
                .filter(kind -> kind.getValue().total() >= LITTLE)
                .sorted(Comparator.comparingDouble(
                        (Map.Entry<String, CpuTime> kind) -> -kind.getValue().total()))
                .map(kind -> String.format(
                        Locale.ROOT,
                        "  %5.2f s user %5.2f s system  %s%n",
                        kind.getValue().user(),
                        kind.getValue().system(),
                        kind.getKey()))
                .collect(Collectors.joining());
    }

    private static void add(Path task, Map<String, CpuTime> kinds) throws IOException {
        String line;
        try {
            line = Files.readString(task.resolve("stat"), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            // It ended between the two looks, and its time is no longer told apart.
            return;
        }
        String name = line.substring(line.indexOf('(') + 1, line.lastIndexOf(')'));
        kinds.merge(name.replaceAll("[-#]?[0-9]+.*", ""), CpuTime.ofProcessLine(line), CpuTime::plus);
    }
}
