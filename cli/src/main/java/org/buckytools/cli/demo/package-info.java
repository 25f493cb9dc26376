/**
 * {@code bucky demo}: a cluster of three real daemon processes in a temporary folder, rebalanced by the same code that runs
 * as {@code bucky rebalance}, and the proof that every point is still there.
 */
package org.buckytools.cli.demo;
