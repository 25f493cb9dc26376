package org.buckytools.cli.carbon;

import java.util.Optional;

/**
 * Whether a name can stand on a line without being taken for something else. Refused are white space and control characters, in
 * any spelling that a receiver might know: a name with a line feed in it would be another point, and Python's carbon takes any of
 * Unicode's spaces for the end of a name. Refused is also what is not UTF-8, for which it closes the connection.
 */
public final class LineSafety {
    /** Longest name, in bytes. carbon's line receiver closes the connection at lines of more than 16 KiB. */
    public static final int LONGEST_NAME = 4096;

    private static final int FIRST_OF_FOUR_BYTES = 0x10000;

    private LineSafety() {}

    /** What is wrong with the name {@code bytes[from, from + length)}, in words that follow "a name"; empty if nothing is. */
    public static Optional<String> objection(byte[] bytes, int from, int length) {
        if (length == 0) {
            return Optional.of("that is empty");
        }
        if (length > LONGEST_NAME) {
            return Optional.of("of more than " + LONGEST_NAME + " bytes");
        }
        int end = from + length;
        int at = from;
        while (at < end) {
            int c = bytes[at];
            if (c > ' ' && c != 0x7f) {
                at++;
            } else if (c >= 0) {
                return Optional.of(c == ' ' ? "with a space in it" : "with a control character in it");
            } else {
                int size = sizeOfCharacter(bytes, at, end);
                if (size == 0) {
                    return Optional.of("that is not UTF-8");
                }
                int character = character(bytes, at, size);
                if (Character.isSpaceChar(character) || Character.isISOControl(character)) {
                    return Optional.of("with a space or control character beyond ASCII in it");
                }
                at += size;
            }
        }
        return Optional.empty();
    }

    /** Of the character of several bytes that begins here; 0 if it is malformed, cut off, a surrogate, or written too long. */
    private static int sizeOfCharacter(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xff;
        int size;
        if (first < 0xc2) {
            return 0;
        } else if (first < 0xe0) {
            size = 2;
        } else if (first < 0xf0) {
            size = 3;
        } else {
            size = 4;
        }
        if (first > 0xf4 || size > end - at) {
            return 0;
        }
        for (int i = 1; i < size; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        int character = character(bytes, at, size);
        int least = size == 2 ? 0x80 : size == 3 ? 0x800 : FIRST_OF_FOUR_BYTES;
        boolean isSurrogate = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
        return character < least || character > Character.MAX_CODE_POINT || isSurrogate ? 0 : size;
    }

    private static int character(byte[] bytes, int at, int size) {
        int character = bytes[at] & (0x7f >> size);
        for (int i = 1; i < size; i++) {
            character = character << 6 | (bytes[at + i] & 0x3f);
        }
        return character;
    }
}
