/**
 * What commands do, free of how it was asked for and of how it is printed: each task takes a cluster and plain values, asks the
 * daemons, and gives back a result together with the daemons that failed.
 */
package org.buckytools.cli.task;
