package org.buckytools.whisper.reshape;

import java.io.IOException;

/** A change that would leave a file that cannot be: nothing was changed. */
public final class ImpossibleChangeException extends IOException {
    /**
     * @param file what the file is called
     * @param reason why it cannot be, as the end of a sentence
     */
    public ImpossibleChangeException(String file, String reason) {
        super(file + " cannot be changed so: " + reason);
    }
}
