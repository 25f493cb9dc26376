package org.buckytools.whisper;

import java.io.IOException;

/** A file from which no points can be read, whatever is tried: it stays so until somebody changes it. */
public abstract sealed class UnreadableWhisperFileException extends IOException
        permits CorruptWhisperFileException, UnsupportedWhisperFormatException {
    private final String file;
    private final long offset;
    private final String found;

    UnreadableWhisperFileException(String message, String file, long offset, String found) {
        super(message);
        this.file = file;
        this.offset = offset;
        this.found = found;
    }

    /** What the reader calls the file: a path, or a metric's name. */
    public String file() {
        return file;
    }

    /** Where in the file the bytes are that tell. */
    public long offset() {
        return offset;
    }

    /** The value that is there. */
    public String found() {
        return found;
    }
}
