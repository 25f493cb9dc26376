/**
 * One class a subcommand: it declares what can be typed, connects, hands over to a task, prints, and returns an exit code.
 * Fields that are typed are set by models, which are made of the annotations when this is compiled, and so are not private.
 */
package org.buckytools.cli.command;
