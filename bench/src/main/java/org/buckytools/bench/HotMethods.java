package org.buckytools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.buckytools.bench.process.ThreadTimes;

/** Where the time of recorded processes went, as far as samples tell. */
final class HotMethods {
    private static final int SHOWN = 30;
    private static final String OURS = "org.buckytools.";

    private final Map<String, Integer> tops = new HashMap<>();
    private final Map<String, Integer> ours = new HashMap<>();
    private int samples;

    private HotMethods() {}

    /** A text about every recording in a folder, oldest first. */
    static String ofAll(Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(path -> path.toString().endsWith(".jfr"))
                    .sorted(Comparator.comparingLong(path -> path.toFile().lastModified()))
                    .toList();
        }
        for (Path file : files) {
            HotMethods hot = new HotMethods();
            if (Files.size(file) == 0) {
                text.append(String.format(Locale.ROOT, "%n%s: empty, its process was killed%n", file.getFileName()));
                continue;
            }
            hot.read(file);
            hot.append(text, file);
            Path threads = ThreadTimes.besides(file);
            if (Files.exists(threads)) {
                text.append("  processor time of its threads\n").append(Files.readString(threads));
            }
        }
        return text.toString();
    }

    private void read(Path file) throws IOException {
        List<RecordedEvent> byCpuTime = new ArrayList<>();
        List<RecordedEvent> bySight = new ArrayList<>();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                switch (event.getEventType().getName()) {
                    case "jdk.CPUTimeSample" -> byCpuTime.add(event);
                    case "jdk.ExecutionSample", "jdk.NativeMethodSample" -> bySight.add(event);
                    default -> {
                        // A recording has much more than samples.
                    }
                }
            }
        }
        // Samples of processor time are there on Linux only, and are the better ones: they know native code and
        // waiting.
        (byCpuTime.isEmpty() ? bySight : byCpuTime).forEach(this::add);
    }

    private void add(RecordedEvent event) {
        if (event.getStackTrace() == null) {
            return;
        }
        List<RecordedFrame> frames = event.getStackTrace().getFrames();
        if (frames.isEmpty() || isWaiting(frames.getFirst())) {
            return;
        }
        samples++;
        tops.merge(top(frames), 1, Integer::sum);
        Set<String> seen = new HashSet<>();
        for (RecordedFrame frame : frames) {
            String name = name(frame);
            if (name.startsWith(OURS) && !name.contains("lambda$") && seen.add(name)) {
                ours.merge(name, 1, Integer::sum);
            }
        }
    }

    /** Native methods are sampled while they wait, too. */
    private static boolean isWaiting(RecordedFrame top) {
        String method = top.getMethod().getName();
        return method.equals("epollWait")
                || method.equals("wait")
                || method.equals("poll")
                || method.equals("accept")
                || method.equals("waitForProcessExit0");
    }

    /** The glue between Java and a native function has no names of its own, so its caller's counts. */
    private static String top(List<RecordedFrame> frames) {
        for (RecordedFrame frame : frames) {
            String name = name(frame);
            if (!name.startsWith("java.lang.invoke.") && !name.startsWith("jdk.internal.foreign.")) {
                return frame.equals(frames.getFirst()) ? name : name + ", in native code";
            }
        }
        return name(frames.getFirst());
    }

    private static String name(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }

    private void append(StringBuilder text, Path file) {
        text.append(String.format(Locale.ROOT, "%n%s: %d samples%n", file.getFileName(), samples));
        append(text, "methods", tops);
        append(text, "our methods, with what they call", ours);
    }

    private void append(StringBuilder text, String title, Map<String, Integer> counts) {
        text.append("  ").append(title).append('\n');
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(SHOWN)
                .forEach(entry -> text.append(String.format(
                        Locale.ROOT, "  %5.1f %%  %s%n", 100.0 * entry.getValue() / samples, entry.getKey())));
    }
}
