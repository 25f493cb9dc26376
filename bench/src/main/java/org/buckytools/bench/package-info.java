/**
 * Measures the programs as they are used: real daemons, real files, side by side with other programs and with what the machine
 * can do at most.
 *
 * <p>{@code BenchMain} reads the command line and runs {@linkplain org.buckytools.bench.scenario scenarios}. Each builds its
 * {@linkplain org.buckytools.bench.data data}, runs {@linkplain org.buckytools.bench.process processes} on it, and hands over
 * {@linkplain org.buckytools.bench.result results}. See {@code docs/benchmarks.md}.
 */
package org.buckytools.bench;
