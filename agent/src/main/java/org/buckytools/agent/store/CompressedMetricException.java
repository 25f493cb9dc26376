package org.buckytools.agent.store;

import java.io.IOException;
import java.io.Serial;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.UnsupportedWhisperFormatException;

/**
 * A metric is there already, and it or what came for it is compressed in go-carbon's way: such files are moved byte for byte to
 * where there is none, but never filled from or into. Nothing was changed.
 */
public final class CompressedMetricException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    CompressedMetricException(MetricName metric, Side side, UnsupportedWhisperFormatException cause) {
        super(metric + " " + side.text, cause);
    }

    /** Which of the two files is compressed; the source's is looked at first. */
    enum Side {
        SOURCE("comes as a compressed file (go-carbon's format), which cannot be filled into the file that is here"),
        DESTINATION("is a compressed file here (go-carbon's format), into which nothing can be filled");

        private final String text;

        Side(String text) {
            this.text = text;
        }
    }
}
