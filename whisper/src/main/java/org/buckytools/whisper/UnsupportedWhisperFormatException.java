package org.buckytools.whisper;

/** A sound file of a format this library does not read, such as go-carbon's compressed one. */
public final class UnsupportedWhisperFormatException extends UnreadableWhisperFileException {
    private final String supported;
    private final boolean compressed;

    /**
     * @param file what the reader calls the file: a path, or a metric's name
     * @param offset of the bytes that tell the format
     * @param fact what the file is, in a few words
     */
    public UnsupportedWhisperFormatException(String file, long offset, String fact, String found, String supported) {
        this(
                file + " is not supported: " + fact + " (at byte " + offset + ": found " + found + ", supported "
                        + supported + ")",
                file,
                offset,
                found,
                supported,
                false);
    }

    private UnsupportedWhisperFormatException(
            String message, String file, long offset, String found, String supported, boolean compressed) {
        super(message, file, offset, found);
        this.supported = supported;
        this.compressed = compressed;
    }

    /** Of a file that begins as go-carbon's compressed ones do. */
    public static UnsupportedWhisperFormatException ofCompressed(String file) {
        return new UnsupportedWhisperFormatException(
                file + " is a compressed Whisper file (go-carbon's format), not a standard one",
                file,
                0,
                "'whisper_compressed'",
                "standard Whisper",
                true);
    }

    /** Whether it is one of go-carbon's compressed files. */
    public boolean isCompressed() {
        return compressed;
    }

    /** What could have been read. */
    public String supported() {
        return supported;
    }
}
