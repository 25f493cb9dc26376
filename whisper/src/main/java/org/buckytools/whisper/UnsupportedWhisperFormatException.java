package org.buckytools.whisper;

import java.io.IOException;

/** A sound file of a format this library does not read, such as go-carbon's compressed one. */
public final class UnsupportedWhisperFormatException extends IOException {
    private final String file;
    private final long offset;
    private final String found;
    private final String supported;

    /**
     * @param file what the reader calls the file: a path, or a metric's name
     * @param offset of the bytes that tell the format
     * @param fact what the file is, in a few words
     */
    public UnsupportedWhisperFormatException(String file, long offset, String fact, String found, String supported) {
        super(file + " is not supported: " + fact + " (at byte " + offset + ": found " + found + ", supported "
                + supported + ")");
        this.file = file;
        this.offset = offset;
        this.found = found;
        this.supported = supported;
    }

    public String file() {
        return file;
    }

    /** Where in the file the bytes are that tell its format. */
    public long offset() {
        return offset;
    }

    /** The value that is there. */
    public String found() {
        return found;
    }

    /** What could have been read. */
    public String supported() {
        return supported;
    }
}
