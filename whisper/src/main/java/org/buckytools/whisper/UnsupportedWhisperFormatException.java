package org.buckytools.whisper;

/** A sound file of a format this library does not read, such as go-carbon's compressed one. */
public final class UnsupportedWhisperFormatException extends UnreadableWhisperFileException {
    private final String supported;

    /**
     * @param file what the reader calls the file: a path, or a metric's name
     * @param offset of the bytes that tell the format
     * @param fact what the file is, in a few words
     */
    public UnsupportedWhisperFormatException(String file, long offset, String fact, String found, String supported) {
        super(
                file + " is not supported: " + fact + " (at byte " + offset + ": found " + found + ", supported "
                        + supported + ")",
                file,
                offset,
                found);
        this.supported = supported;
    }

    /** What could have been read. */
    public String supported() {
        return supported;
    }
}
