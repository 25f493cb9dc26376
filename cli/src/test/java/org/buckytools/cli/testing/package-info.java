/** Stands in for daemons, so that commands and the transfer engine can be tested without any. */
package org.buckytools.cli.testing;
