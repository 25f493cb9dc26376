/**
 * The program {@code bucky}. {@link org.buckytools.cli.BuckyMain} finds the subcommand that is asked for and runs it; what
 * a subcommand can reach is what its constructor was given.
 *
 * <p>{@code option} holds what several commands take on their command line, {@code cluster} finds the daemons and checks that
 * they agree, {@code task} does what a command is for, {@code transfer} moves metrics, and {@code output} prints results:
 * data to standard output, everything said to a person to standard error.
 */
package org.buckytools.cli;
