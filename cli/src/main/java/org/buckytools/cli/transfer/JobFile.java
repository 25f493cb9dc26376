package org.buckytools.cli.transfer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.MalformedMessageException;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.transfer.PullItem;

/**
 * The job state file: one JSON object a line, as the Go tools write it, of each move that has succeeded and of no other. A run that
 * is given it again leaves those out. Lines that are no such object, as a line that a crash has cut or a heading, count as nothing.
 */
public final class JobFile implements AutoCloseable {
    private final Map<Pair, NameList> completed;
    private final long ignoredLines;
    private final OutputStream out;

    private record Pair(String source, String destination) {}

    /** One line. */
    private record Job(Pair pair, String oldName, String newName) {}

    private JobFile(Map<Pair, NameList> completed, long ignoredLines, OutputStream out) {
        this.completed = completed;
        this.ignoredLines = ignoredLines;
        this.out = out;
    }

    /** Reads what is there, if anything is, and opens the file to add to it. */
    public static JobFile open(Path file) throws IOException {
        Map<Pair, NameList.Builder> found = new HashMap<>();
        long ignored = 0;
        if (Files.exists(file)) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                ByteArrayOutputStream line = new ByteArrayOutputStream();
                while (readLine(in, line)) {
                    if (!add(line.toByteArray(), found)) {
                        ignored++;
                    }
                }
            }
        }
        Map<Pair, NameList> completed = new HashMap<>();
        found.forEach((pair, names) -> completed.put(pair, names.build()));
        boolean cut = isCut(file);
        OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (cut) {
            out.write('\n');
        }
        return new JobFile(completed, ignored, out);
    }

    private static boolean readLine(InputStream in, ByteArrayOutputStream line) throws IOException {
        line.reset();
        int b = in.read();
        boolean any = b >= 0;
        while (b >= 0 && b != '\n') {
            line.write(b);
            b = in.read();
        }
        return any;
    }

    private static boolean add(byte[] line, Map<Pair, NameList.Builder> found) throws IOException {
        try {
            Job job = Json.read(line, "the line", JobFile::read);
            found.computeIfAbsent(job.pair(), pair -> NameList.builder()).add(key(job.oldName(), job.newName()));
            return true;
        } catch (MalformedMessageException e) {
            return false;
        }
    }

    private static Job read(JsonInput input) throws MalformedMessageException {
        String source = null;
        String destination = null;
        String oldName = null;
        String newName = null;
        input.beginObject();
        for (String field = input.nextField(); field != null; field = input.nextField()) {
            switch (field) {
                case "SrcServer" -> source = input.text();
                case "DstServer" -> destination = input.text();
                case "OldName" -> oldName = input.text();
                case "NewName" -> newName = input.text();
                default -> input.skip();
            }
        }
        return new Job(
                new Pair(input.required(source, "SrcServer"), input.required(destination, "DstServer")),
                input.required(oldName, "OldName"),
                input.required(newName, "NewName"));
    }

    private static boolean isCut(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            bytes.seek(bytes.length() - 1);
            return bytes.read() != '\n';
        }
    }

    /** No metric has a line break in its name, or it could not be told from two. */
    private static String key(String oldName, String newName) {
        return oldName.equals(newName) ? oldName : oldName + "\n" + newName;
    }

    /** Whether this move has been done by an earlier run. */
    public boolean isCompleted(String source, String destination, String oldName, String newName) {
        return completed
                .getOrDefault(new Pair(source, destination), NameList.EMPTY)
                .contains(key(oldName, newName));
    }

    /** How many moves earlier runs have done. */
    public long completed() {
        return completed.values().stream().mapToLong(NameList::size).sum();
    }

    /** How many lines said nothing. */
    public long ignoredLines() {
        return ignoredLines;
    }

    /** Adds a metric that has arrived wherever it should; it is in the file when this returns. */
    void add(Plan.Group group, PullItem item) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (var destination : group.destinations()) {
            Json.write(lines, json -> {
                json.writeStartObject();
                json.writeStringProperty("SrcServer", group.source().address().toString());
                json.writeStringProperty("DstServer", destination.address().toString());
                json.writeStringProperty("OldName", item.from().value());
                json.writeStringProperty("NewName", item.to().value());
                json.writeEndObject();
            });
            lines.write('\n');
        }
        // One write, so that a crash can cut a line, but not mix two.
        out.write(lines.toByteArray());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
