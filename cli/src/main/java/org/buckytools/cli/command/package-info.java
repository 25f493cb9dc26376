/**
 * One class a subcommand: it declares what can be typed, connects, hands over to a task, prints, and returns an exit code.
 */
package org.buckytools.cli.command;
