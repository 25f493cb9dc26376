package org.buckytools.protocol;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Takes names as they come over the wire, of which there may be millions: no text is made of one that is only kept or written. */
@FunctionalInterface
public interface NameSink {
    /** The next name, which is {@code utf8[from, to)}; the array is valid only during the call, and not to be changed. */
    void name(byte[] utf8, int from, int to);

    /** For who needs texts. */
    static NameSink ofTexts(Consumer<String> texts) {
        return (utf8, from, to) -> texts.accept(text(utf8, from, to));
    }

    /** The name that is {@code utf8[from, to)} as a text. */
    static String text(byte[] utf8, int from, int to) {
        return new String(utf8, from, to - from, StandardCharsets.UTF_8);
    }
}
