package org.buckytools.bench.result;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.buckytools.bench.process.CpuTime;
import org.buckytools.bench.process.ProcessUsage;

/**
 * One run that did what it should.
 *
 * @param seconds wall time; 0 where time was not the question
 * @param metrics that were worked on; 0 where there is no such number
 * @param bytes that were worked on, as files say their size, holes included; 0 where there is no such number
 * @param processes all that took part
 * @param wireBytes that went over the loopback interface meanwhile, everybody's
 * @param foreignSeconds processor time that others took meanwhile, or that was stolen from the machine
 * @param notes for the reader, such as what was inexact
 */
public record Measurement(
        double seconds,
        long metrics,
        long bytes,
        List<ProcessUsage> processes,
        long wireBytes,
        double foreignSeconds,
        List<String> notes) {
    public Measurement {
        processes = List.copyOf(processes);
        notes = List.copyOf(notes);
    }

    /** The same with one more note. */
    public Measurement noting(String note) {
        requireNonNull(note, "note is null");
        return new Measurement(
                seconds,
                metrics,
                bytes,
                processes,
                wireBytes,
                foreignSeconds,
                java.util.stream.Stream.concat(notes.stream(), java.util.stream.Stream.of(note))
                        .toList());
    }

    /** Of all processes together. */
    public CpuTime cpu() {
        return processes.stream().map(ProcessUsage::cpu).reduce(CpuTime.NONE, CpuTime::plus);
    }

    /** How much was done in a second, whatever the kind of work counts: what contenders are compared by. */
    public double rate() {
        if (metrics > 0) {
            return metrics / seconds;
        }
        return bytes > 0 ? bytes / seconds : 1 / seconds;
    }
}
