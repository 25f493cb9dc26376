package org.buckytools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** Where the time of recorded processes went, as far as samples tell. */
final class HotMethods {
    private static final int SHOWN = 20;
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
            hot.read(file);
            hot.append(text, file);
        }
        return text.toString();
    }

    private void read(Path file) throws IOException {
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                String type = event.getEventType().getName();
                if (type.equals("jdk.ExecutionSample") || type.equals("jdk.NativeMethodSample")) {
                    add(event);
                }
            }
        }
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
        tops.merge(name(frames.getFirst()), 1, Integer::sum);
        frames.stream()
                .map(HotMethods::name)
                .filter(name -> name.startsWith(OURS))
                .findFirst()
                .ifPresent(name -> ours.merge(name, 1, Integer::sum));
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
