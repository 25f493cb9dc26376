/** Doing many things of one kind at once while what comes of it is seen in order. */
package org.buckytools.cli.parallel;
