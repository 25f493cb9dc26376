/**
 * The processes that are measured: which programs, how they are started and certainly stopped, and what they took, as the
 * kernel counts it in {@code /proc}.
 */
package org.buckytools.bench.process;
