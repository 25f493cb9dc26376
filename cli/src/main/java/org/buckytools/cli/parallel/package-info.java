/** Doing many things at once: the client's threads, and work of one kind of which the results are seen in order. */
package org.buckytools.cli.parallel;
