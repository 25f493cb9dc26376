package org.buckytools.bench.micro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.buckytools.bench.data.WhisperTemplates;
import org.buckytools.whisper.fill.Fill;
import org.buckytools.whisper.fill.FillArrays;
import org.buckytools.whisper.fill.FillPlan;
import org.buckytools.whisper.fill.WhisperImage;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.OpenFlag;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A fill of a file of 1.36 MB: 30 % gaps in runs of ten, or nothing to do. */
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:TieredStopAtLevel=1")
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
public class FillBenchmark {
    private long now;
    private final FillArrays arrays = new FillArrays();
    private WhisperTemplates templates;
    private WhisperImage source;
    private WhisperImage gapped;
    private FillPlan plan;
    private Path file;
    private Descriptor descriptor;

    /** Makes the two images and a file to write to. */
    @Setup
    public void setUp() throws IOException {
        now = InstantSource.system().instant().getEpochSecond();
        templates = WhisperTemplates.create("60s:30d,15m:2y", 1, WhisperTemplates.Recent.NONE, 0.3, now, 1);
        source = WhisperImage.of(templates.whole(0), "source");
        gapped = WhisperImage.of(templates.gapped(0), "gapped");
        plan = Fill.plan(source, gapped, now);
        file = Files.createTempFile(MicroFolder.parent(), "buckytools-fill", ".wsp");
        byte[] bytes = new byte[(int) templates.size()];
        templates.gapped(0).get(bytes);
        Files.write(file, bytes);
        descriptor = Descriptor.open(file, OpenFlag.WRITE);
    }

    /** Removes the file. */
    @TearDown
    public void tearDown() throws IOException {
        descriptor.close();
        Files.delete(file);
    }

    /** Finding out what changes. */
    @Benchmark
    public FillPlan planOfGaps() {
        return Fill.plan(source, gapped, now, arrays);
    }

    /** Finding out that nothing changes. */
    @Benchmark
    public FillPlan planOfNothing() {
        return Fill.plan(source, source, now, arrays);
    }

    /** Writing the changes, without syncing. */
    @Benchmark
    public void apply() throws IOException {
        plan.apply(descriptor);
    }

    /** Reading a header and checking it against the file, which every transfer does. */
    @Benchmark
    public WhisperImage openImage() throws IOException {
        return WhisperImage.of(templates.whole(0), "source");
    }
}
