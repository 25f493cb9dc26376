/**
 * The program {@code gentestmetrics}: points for trying out a Graphite installation, as many as wanted, printed or sent.
 *
 * <p>{@link org.buckytools.cli.testmetrics.MetricNames} gives the names, {@code PointWriter}s turn points into lines or pickles.
 * Millions of points pass, so names and lines are bytes in buffers that are used again.
 */
package org.buckytools.cli.testmetrics;
