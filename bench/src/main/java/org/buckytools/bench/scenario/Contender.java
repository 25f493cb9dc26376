package org.buckytools.bench.scenario;

import java.io.IOException;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Measurement;
import org.buckytools.bench.result.Row;

/** Somebody who does the work of a comparison. */
record Contender(String name, Row.Kind kind, Trial trial) {
    /** One run, from fresh data and fresh daemons to the check of what came out. */
    interface Trial {
        Measurement run() throws IOException, InterruptedException;
    }

    static Contender of(Programs programs, Trial trial) {
        return new Contender(programs.name(), programs.isOurs() ? Row.Kind.OURS : Row.Kind.PEER, trial);
    }

    static Contender limit(String name, Trial trial) {
        return new Contender(name, Row.Kind.LIMIT, trial);
    }
}
