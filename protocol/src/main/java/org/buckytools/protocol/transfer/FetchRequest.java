package org.buckytools.protocol.transfer;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import tools.jackson.core.JsonGenerator;

/**
 * {@code POST /v2/fetch}: asks for the content of many metrics. The answer is the stream that {@link FileStreamReader} reads.
 *
 * @param encodings in which chunks may come; whether any does is the sender's choice
 * @param metrics 1 to {@value #MAX_ITEMS}
 */
public record FetchRequest(Set<ChunkEncoding> encodings, List<MetricName> metrics) implements JsonMessage {
    /** Bounds what one request can make a daemon hold. */
    public static final int MAX_ITEMS = MetricArray.MAX_ITEMS;

    /** Most names of encodings that a request may have. */
    private static final int MAX_ENCODINGS = 64;

    public FetchRequest {
        encodings = Set.copyOf(encodings);
        metrics = MetricArray.checked("a fetch", metrics);
    }

    /**
     * With every encoding that {@link FileStreamReader} can read on this machine, or none.
     *
     * @param encoded whether the content may be compressed
     */
    public FetchRequest(boolean encoded, List<MetricName> metrics) {
        this(encoded ? ChunkEncoding.usable() : Set.of(), metrics);
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeBooleanProperty("encoded", !encodings.isEmpty());
        if (!encodings.isEmpty()) {
            json.writeName("encodings");
            json.writeStartArray();
            encodings.stream().sorted().forEach(encoding -> json.writeString(encoding.wireName()));
            json.writeEndArray();
        }
        MetricArray.write(json, metrics);
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes. */
    public static FetchRequest read(JsonInput input) throws IOException {
        boolean encoded = true;
        List<Optional<ChunkEncoding>> encodings = List.of();
        List<MetricName> metrics = List.of();
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "encoded" -> encoded = input.flag();
                case "encodings" ->
                    encodings = input.list(MAX_ENCODINGS, element -> element.text(ChunkEncoding::ofWire));
                case MetricArray.FIELD -> metrics = MetricArray.read(input);
                default -> input.skip();
            }
        }
        MetricArray.requireAny(input, metrics);
        Set<ChunkEncoding> taken = EnumSet.noneOf(ChunkEncoding.class);
        if (encoded) {
            encodings.forEach(encoding -> encoding.ifPresent(taken::add));
        }
        return new FetchRequest(taken, metrics);
    }
}
