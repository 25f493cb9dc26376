package org.buckytools.agent.pull;

import java.io.IOException;
import org.buckytools.agent.store.BadUploadException;
import org.buckytools.agent.store.CompressedMetricException;
import org.buckytools.agent.store.MetricNotFoundException;
import org.buckytools.agent.store.StoreBusyException;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.ItemFailure.Reason;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.buckytools.whisper.UnsupportedWhisperFormatException;
import org.buckytools.whisper.reshape.ImpossibleChangeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where an exception about one metric becomes that metric's failure, and is logged; the others go on. */
public final class ItemFailures {
    private static final Logger LOG = LoggerFactory.getLogger(ItemFailures.class);

    private ItemFailures() {}

    /** A metric that could not be read here to be sent away. */
    public static ItemFailure ofReading(String metric, Exception failure) {
        Reason reason = switch (failure) {
            case MetricNotFoundException _ -> Reason.NOT_FOUND;
            case CorruptWhisperFileException _, UnsupportedWhisperFormatException _ -> Reason.SOURCE_CORRUPT;
            case StoreBusyException _ -> Reason.BUSY;
            case IOException _ -> Reason.SOURCE_UNREADABLE;
            default -> Reason.INTERNAL;
        };
        return report("reading " + metric, reason, failure);
    }

    /** A metric that could not be stored here, changed, or deleted. */
    public static ItemFailure ofWriting(String metric, Exception failure) {
        Reason reason = switch (failure) {
            // Sources check what they send, so this one is a daemon of another kind.
            case BadUploadException _ -> Reason.SOURCE_CORRUPT;
            case CompressedMetricException _ -> Reason.COMPRESSED;
            case UnsupportedWhisperFormatException other when other.isCompressed() -> Reason.COMPRESSED;
            case CorruptWhisperFileException _, UnsupportedWhisperFormatException _ -> Reason.DESTINATION_CORRUPT;
            case MetricNotFoundException _ -> Reason.NOT_FOUND;
            case ImpossibleChangeException _ -> Reason.IMPOSSIBLE;
            case StoreBusyException _ -> Reason.BUSY;
            case IOException _ -> Reason.DESTINATION_UNWRITABLE;
            default -> Reason.INTERNAL;
        };
        return report("writing " + metric, reason, failure);
    }

    private static ItemFailure report(String what, Reason reason, Exception failure) {
        if (reason == Reason.INTERNAL) {
            LOG.error("{}: a defect", what, failure);
        } else if (reason == Reason.NOT_FOUND || reason == Reason.IMPOSSIBLE) {
            LOG.debug("{}: {}", what, failure.getMessage());
        } else {
            LOG.warn("{}: {}", what, failure.toString());
        }
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return new ItemFailure(reason, message);
    }
}
