package org.buckytools.cli.testing;

/**
 * What a command did, whole.
 *
 * @param code what it ended with
 * @param out standard output
 * @param err standard error
 */
public record CommandRun(int code, String out, String err) {}
