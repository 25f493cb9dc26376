package org.buckytools.bench.result;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.buckytools.bench.process.ProcessUsage;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** All that was measured, run by run, for programs that keep or draw it. */
public final class JsonResults {
    private JsonResults() {}

    /**
     * Writes a file anew.
     *
     * @param machine what {@code Machine.describe} said before the first run
     * @param began ISO-8601
     */
    public static void write(Path file, String machine, String began, List<Comparison> comparisons) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                JsonGenerator json =
                        new JsonFactory().createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
            json.writeStartObject();
            json.writeStringProperty("machine", machine);
            json.writeStringProperty("began", began);
            json.writeArrayPropertyStart("comparisons");
            for (Comparison comparison : comparisons) {
                write(json, comparison);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void write(JsonGenerator json, Comparison comparison) {
        json.writeStartObject();
        json.writeStringProperty("scenario", comparison.scenario());
        json.writeStringProperty("title", comparison.title());
        json.writeArrayPropertyStart("rows");
        for (Row row : comparison.rows()) {
            json.writeStartObject();
            json.writeStringProperty("program", row.name());
            json.writeStringProperty("kind", row.kind().name());
            writeTexts(json, "failures", row.failures());
            json.writeArrayPropertyStart("runs");
            row.measurements().forEach(measured -> write(json, measured));
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Measurement measured) {
        json.writeStartObject();
        json.writeNumberProperty("seconds", measured.seconds());
        json.writeNumberProperty("metrics", measured.metrics());
        json.writeNumberProperty("bytes", measured.bytes());
        json.writeNumberProperty("wireBytes", measured.wireBytes());
        json.writeNumberProperty("foreignSeconds", measured.foreignSeconds());
        json.writeArrayPropertyStart("processes");
        for (ProcessUsage usage : measured.processes()) {
            json.writeStartObject();
            json.writeStringProperty("role", usage.role());
            json.writeNumberProperty("userSeconds", usage.cpu().user());
            json.writeNumberProperty("systemSeconds", usage.cpu().system());
            json.writeNumberProperty("peakBytes", usage.peakBytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        writeTexts(json, "notes", measured.notes());
        json.writeEndObject();
    }

    private static void writeTexts(JsonGenerator json, String name, List<String> texts) {
        json.writeArrayPropertyStart(name);
        texts.forEach(json::writeString);
        json.writeEndArray();
    }
}
