package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.buckytools.bench.data.MetricSet;
import org.buckytools.bench.data.WhisperTemplates;
import org.buckytools.bench.process.Command;
import org.buckytools.bench.process.SearchPath;

/** A rebalance to nodes that have every metric already, with gaps that the first node's files fill. */
final class FillScenario implements Scenario {
    private static final int WORKERS = 25;
    private static final int COUNT = 2000;
    private static final int TEMPLATES = 40;
    private static final double GAP_SHARE = 0.3;
    private static final long SEED = 1;

    /** Python's tool is so slow that a sample has to do. */
    private static final int SAMPLE = 30;

    private static final String PYTHON_TOOL = "whisper-fill";

    @Override
    public String name() {
        return "fill";
    }

    @Override
    public String summary() {
        return "rebalance -w " + WORKERS
                + " --delete where every destination exists with 30 % gaps; beside it cp -r and " + PYTHON_TOOL;
    }

    @Override
    public void run(Lab lab) throws IOException, InterruptedException {
        WhisperTemplates templates = WhisperTemplates.create(
                "60s:30d,15m:2y",
                TEMPLATES,
                WhisperTemplates.Recent.USUAL,
                GAP_SHARE,
                InstantSource.system().instant().getEpochSecond(),
                SEED);
        MetricSet metrics = new MetricSet(lab.scaled(COUNT), templates, MetricSet.FileShape.DENSE);
        lab.needRoom(
                (metrics.count() + metrics.foreignToFirst()) * templates.size(),
                2L * metrics.count() + metrics.foreignToFirst());
        Move move = new Move(lab, metrics, Move.Destinations.GAPPED, WORKERS);
        List<Contender> contenders = new ArrayList<>(lab.contenders(move::by));
        contenders.addAll(lab.limits(move.copiedByCp()));
        if (SearchPath.has(PYTHON_TOOL)) {
            contenders.addAll(lab.limits(pythonTool(lab, templates)));
        } else {
            lab.say(PYTHON_TOOL + " is not installed, so there is no row for it");
        }
        lab.compare(
                String.format(
                        Locale.ROOT,
                        "%,d files of %,d bytes on the first of three nodes, %,d to fill into files with 30 %% gaps, -w %d"
                                + " --delete",
                        metrics.count(),
                        templates.size(),
                        metrics.foreignToFirst(),
                        WORKERS),
                contenders);
    }

    /** Two at a time, as there are two processors where the goals were set. */
    private static Contender pythonTool(Lab lab, WhisperTemplates templates) {
        return Contender.limit(PYTHON_TOOL + " (" + SAMPLE + " files)", () -> {
            try (RunFolder run = lab.newFolder()) {
                List<String> words = new ArrayList<>();
                for (int i = 0; i < SAMPLE; i++) {
                    Path from = run.file("from-" + i + ".wsp");
                    Path to = run.file("to-" + i + ".wsp");
                    write(from, templates.whole(i));
                    write(to, templates.gapped(i));
                    words.add(from.toString());
                    words.add(to.toString());
                }
                Path list = Files.write(run.file("list"), words);
                return lab.measure(
                        Command.of("xargs", "-a", list.toString(), "-P", "2", "-n", "2", PYTHON_TOOL),
                        Path.of("/dev/null"),
                        run,
                        new Lab.Work(SAMPLE, SAMPLE * templates.size()));
            }
        });
    }

    private static void write(Path path, java.nio.ByteBuffer bytes) throws IOException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        Files.write(path, copy);
    }
}
