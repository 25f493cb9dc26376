package org.buckytools.whisper;

/** A file that cannot be a Whisper file as it stands: truncated, or with a header that contradicts itself or its length. */
public final class CorruptWhisperFileException extends UnreadableWhisperFileException {
    private final String required;

    /**
     * @param file what the reader calls the file: a path, or a metric's name
     * @param offset of the offending bytes in the file
     * @param fact what is wrong, in a few words
     */
    public CorruptWhisperFileException(String file, long offset, String fact, String found, String required) {
        super(
                file + " is corrupt: " + fact + " (at byte " + offset + ": found " + found + ", required " + required
                        + ")",
                file,
                offset,
                found);
        this.required = required;
    }

    /** The value, or range of values, that would do. */
    public String required() {
        return required;
    }
}
