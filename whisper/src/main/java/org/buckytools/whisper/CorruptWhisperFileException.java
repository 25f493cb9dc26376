package org.buckytools.whisper;

import java.io.IOException;

/** A file that cannot be a Whisper file as it stands: truncated, or with a header that contradicts itself or its length. */
public final class CorruptWhisperFileException extends IOException {
    private final String file;
    private final long offset;
    private final String found;
    private final String required;

    /**
     * @param file what the reader calls the file: a path, or a metric's name
     * @param offset of the offending bytes in the file
     * @param fact what is wrong, in a few words
     */
    public CorruptWhisperFileException(String file, long offset, String fact, String found, String required) {
        super(file + " is corrupt: " + fact + " (at byte " + offset + ": found " + found + ", required " + required
                + ")");
        this.file = file;
        this.offset = offset;
        this.found = found;
        this.required = required;
    }

    public String file() {
        return file;
    }

    /** Where in the file the offending bytes are. */
    public long offset() {
        return offset;
    }

    /** The value that is there. */
    public String found() {
        return found;
    }

    /** The value, or range of values, that would do. */
    public String required() {
        return required;
    }
}
