package org.buckytools.protocol.transfer;

import static java.util.Objects.requireNonNull;

import tools.jackson.core.JsonGenerator;

/**
 * Why one metric of a request failed while the request itself goes on.
 *
 * @param reason for programs
 * @param message for people: what failed (metric, host, file), why, and what to do
 */
public record ItemFailure(Reason reason, String message) {
    /** Longest message sent; a longer one is cut. */
    public static final int MAX_MESSAGE = 4096;

    public ItemFailure {
        requireNonNull(reason, "reason is null");
        requireNonNull(message, "message is null");
        if (message.length() > MAX_MESSAGE) {
            int end = Character.isHighSurrogate(message.charAt(MAX_MESSAGE - 2)) ? MAX_MESSAGE - 2 : MAX_MESSAGE - 1;
            message = message.substring(0, end) + "…";
        }
    }

    /** Adds the fields {@code reason} and {@code message} to the object that is being written. */
    void writeFields(JsonGenerator json) {
        json.writeStringProperty("reason", reason.name());
        json.writeStringProperty("message", message);
    }

    /** Reasons, each with whether trying the same again can help. */
    public enum Reason {
        /** Nothing was tried yet, as others took all the time there was. */
        NOT_BEGUN(true),
        /** The source has no such metric. */
        NOT_FOUND(false),
        /** The source's file could not be read. */
        SOURCE_UNREADABLE(true),
        /** The source's file is not a valid Whisper file, or not one that can be filled from. */
        SOURCE_CORRUPT(false),
        /** The source did not answer, or the connection broke. */
        SOURCE_UNREACHABLE(true),
        /** The source is not in the ring nor allowed by {@code --allow-source}; the client can move it itself. */
        SOURCE_REFUSED(false),
        /** What arrived is not what was sent: checksum, length. */
        DAMAGED_IN_TRANSIT(true),
        /** It could not be written here: no space, no permission. */
        DESTINATION_UNWRITABLE(true),
        /** The file here is not a valid Whisper file, or not one that can be filled. */
        DESTINATION_CORRUPT(false),
        /** The file is there already, and it or its source is compressed: such files are not filled. */
        COMPRESSED(false),
        /** The file has been written since the version that was named; pull it again. */
        CHANGED(false),
        /** The file here cannot be changed in the way that is asked for. */
        IMPOSSIBLE(false),
        /** Another process keeps the file open or locked. */
        BUSY(true),
        /** This caller may not do that to this metric. */
        FORBIDDEN(false),
        /** A defect of the daemon; its log says more. */
        INTERNAL(true);

        private final boolean retryable;

        Reason(boolean retryable) {
            this.retryable = retryable;
        }

        /** The reason of a name on the wire; one that this version does not know counts as {@link #INTERNAL}. */
        public static Reason ofWire(String name) {
            for (Reason reason : values()) {
                if (reason.name().equals(name)) {
                    return reason;
                }
            }
            return INTERNAL;
        }

        /** Whether the same request can succeed later without anyone doing anything. */
        public boolean isRetryable() {
            return retryable;
        }
    }
}
