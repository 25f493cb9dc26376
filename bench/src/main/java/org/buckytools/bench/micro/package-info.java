/**
 * The parts of which the programs' time is made, measured alone with JMH: {@code bench/jmh PATTERN}. All of them run with C1
 * alone, as {@code bin/bucky} and {@code bin/buckyd} do; {@code -jvmArgs} gives others.
 */
package org.buckytools.bench.micro;
