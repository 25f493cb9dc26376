/**
 * Points as carbon takes them: {@code name value time}, one a line. What the programs share that write them by the million, so
 * everything here works on bytes and in place.
 */
package org.buckytools.cli.carbon;
