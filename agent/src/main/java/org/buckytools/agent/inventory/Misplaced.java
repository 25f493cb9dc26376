package org.buckytools.agent.inventory;

import java.io.IOException;
import java.util.List;

/** Finds the metrics that a ring puts on other hosts. */
public final class Misplaced {
    private Misplaced() {}

    /** Takes what is found. */
    @FunctionalInterface
    public interface Sink {
        /**
         * @param name a buffer that begins with the name's UTF-8 bytes; valid only during the call
         * @param length of the name in bytes
         * @param owners the hosts that should have it, in ring order; the same list object for the same owners
         */
        void misplaced(byte[] name, int length, List<String> owners) throws IOException;
    }
}
