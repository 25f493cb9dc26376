/**
 * The programs for Whisper files on this machine: {@code bucky-fill}, {@code bucky-isempty} and {@code bucky-sparsify}. No
 * daemon is needed; daemons and carbon may be at work on the same files.
 *
 * <p>The files are found by {@code WhisperFiles}, which follows no link below what was named. What
 * happens to one file stands in a class of its own, free of the command line ({@code PointCensus}, {@code Sparsifier}, {@code
 * Merger}); a {@code Tally} says what failed, as it happens, and what the program is to end with.
 *
 * <p>Whoever takes something away from a file that another process may be writing to, a block or the file itself, holds a
 * {@code SoleAccess} meanwhile: carbon need not lock what it writes.
 */
package org.buckytools.cli.files;
