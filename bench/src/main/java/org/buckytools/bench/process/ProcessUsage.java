package org.buckytools.bench.process;

/**
 * What one process took for a run.
 *
 * @param role what it is: {@code client}, {@code daemon 127.0.1.1}
 * @param cpu between the start and the end of what was measured
 * @param peakBytes the most memory it had since it began, as {@code VmHWM} says
 */
public record ProcessUsage(String role, CpuTime cpu, long peakBytes) {}
