package org.buckytools.cli.archive;

/**
 * What went wrong with one entry of an archive.
 *
 * @param name the metric, or the entry where that is no metric
 * @param reason names the daemon, if it was one
 */
public record Failure(String name, String reason) {
    /** Of very many failures so many are kept; all are told as they happen. */
    static final int MOST_KEPT = 1000;
}
