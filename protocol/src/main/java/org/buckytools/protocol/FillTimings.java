package org.buckytools.protocol;

/**
 * The answer to a PUT or POST of version 1: nanoseconds spent in each stage, 0 where there was none.
 *
 * @param download receiving the body
 * @param dump writing it to a temporary file
 * @param fill merging it into the file on disk
 * @param compress compressing or decompressing
 * @param copy copying it to its place
 */
public record FillTimings(long download, long dump, long fill, long compress, long copy) {
    /** Nothing measured. */
    public static final FillTimings NONE = new FillTimings(0, 0, 0, 0, 0);
}
