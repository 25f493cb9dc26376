package org.buckytools.agent.inventory;

import java.io.IOException;

/** Takes names as they pass, without a {@code String} for each of millions. */
@FunctionalInterface
public interface NameSink {
    /**
     * Takes one.
     *
     * @param name a buffer that begins with the name's UTF-8 bytes; valid only during the call, and not to be changed
     * @param length of the name in bytes
     */
    void name(byte[] name, int length) throws IOException;
}
