package org.buckytools.bench.result;

import java.util.ArrayList;
import java.util.List;

/** A contender's runs in one comparison. */
public final class Row {
    private final String name;
    private final Kind kind;
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /** Who did the work. */
    public enum Kind {
        /** The programs of this project. */
        OURS,
        /** Another implementation of them. */
        PEER,
        /** A public tool that does only the heart of the work, for what the machine can do. */
        LIMIT
    }

    /** A contender without runs. */
    public Row(String name, Kind kind) {
        this.name = name;
        this.kind = kind;
    }

    /** What tables call it. */
    public String name() {
        return name;
    }

    /** Who it is. */
    public Kind kind() {
        return kind;
    }

    /** Adds a run that counts. */
    public void add(Measurement measurement) {
        measurements.add(measurement);
    }

    /** Adds a run that does not count, and why. */
    public void addFailure(String why) {
        failures.add(why);
    }

    /** The runs that count. */
    public List<Measurement> measurements() {
        return List.copyOf(measurements);
    }

    /** Why others do not count. */
    public List<String> failures() {
        return List.copyOf(failures);
    }
}
