/**
 * Printing: {@link org.buckytools.cli.output.ResultPrinter} has a method for each kind of result and an implementation each for
 * text and for JSON. Results go to standard output and nothing else does.
 */
package org.buckytools.cli.output;
