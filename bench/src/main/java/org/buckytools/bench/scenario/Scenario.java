package org.buckytools.bench.scenario;

import java.io.IOException;

/** One question about the programs' speed. */
public interface Scenario {
    /** The word for it on the command line. */
    String name();

    /** One line for the list of scenarios. */
    String summary();

    /**
     * Builds the data, has every contender work on it, and removes it.
     *
     * @throws IOException if the scenario cannot be run at all here; a contender that fails is part of the result
     */
    void run(Lab lab) throws IOException, InterruptedException;
}
