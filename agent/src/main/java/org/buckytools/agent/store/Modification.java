package org.buckytools.agent.store;

import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.reshape.ReshapeReport;

/**
 * What became of a file that was to get another schema, or would become of it.
 *
 * @param changed whether a byte of it is different
 * @param before its header before
 * @param after its header now
 * @param sizeBefore its length in bytes before
 * @param sizeAfter its length now
 * @param points what became of its points
 */
public record Modification(
        boolean changed,
        WhisperHeader before,
        WhisperHeader after,
        long sizeBefore,
        long sizeAfter,
        ReshapeReport points) {}
