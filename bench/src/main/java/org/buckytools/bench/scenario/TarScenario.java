package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.buckytools.bench.data.Folders;
import org.buckytools.bench.data.MetricSet;
import org.buckytools.bench.data.MetricSet.FileShape;
import org.buckytools.bench.data.MetricSet.Part;
import org.buckytools.bench.data.WhisperTemplates;
import org.buckytools.bench.data.WhisperTemplates.Recent;
import org.buckytools.bench.data.WrongResultException;
import org.buckytools.bench.process.Command;
import org.buckytools.bench.process.Daemons;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Measurement;

/** All metrics of three nodes into an archive, or out of one into three nodes. */
final class TarScenario implements Scenario {
    private static final int WORKERS = 100;
    private static final int COUNT = 1000;
    private static final int TEMPLATES = 40;
    private static final long SEED = 1;
    private static final Path NOTHING = Path.of("/dev/null");

    private final Direction direction;

    private enum Direction {
        TAR,
        RESTORE
    }

    private TarScenario(Direction direction) {
        this.direction = direction;
    }

    static TarScenario ofTar() {
        return new TarScenario(Direction.TAR);
    }

    static TarScenario ofRestore() {
        return new TarScenario(Direction.RESTORE);
    }

    @Override
    public String name() {
        return direction == Direction.TAR ? "tar" : "restore";
    }

    @Override
    public String summary() {
        return direction == Direction.TAR
                ? "tar -w " + WORKERS + " of 1,000 metrics into a file; beside it tar cf"
                : "restore -w " + WORKERS + " of 1,000 metrics to empty nodes; beside it tar xf";
    }

    @Override
    public void run(Lab lab) throws IOException, InterruptedException {
        WhisperTemplates templates = WhisperTemplates.create(
                "60s:30d,15m:2y",
                TEMPLATES,
                Recent.USUAL,
                0,
                InstantSource.system().instant().getEpochSecond(),
                SEED);
        MetricSet metrics = new MetricSet(lab.scaled(COUNT), templates, FileShape.DENSE);
        lab.needRoom(3L * metrics.count() * templates.size(), 4L * metrics.count());
        Lab.Work work = new Lab.Work(metrics.count(), metrics.count() * templates.size());
        String size =
                String.format(Locale.ROOT, "%,d files of %,d bytes, -w %d", metrics.count(), templates.size(), WORKERS);
        if (direction == Direction.TAR) {
            List<Contender> contenders = new ArrayList<>(lab.contenders(each -> tar(lab, metrics, work, each)));
            contenders.addAll(lab.limits(Contender.limit("tar cf", () -> tarByTool(lab, metrics, work))));
            lab.compare("tar of " + size + ", on three nodes, to a file", contenders);
        } else {
            List<Contender> contenders = new ArrayList<>(lab.contenders(each -> restore(lab, metrics, work, each)));
            contenders.addAll(lab.limits(Contender.limit("tar xf", () -> restoreByTool(lab, metrics, work))));
            lab.compare("restore of " + size + ", to three nodes", contenders);
        }
    }

    private static Measurement tar(Lab lab, MetricSet metrics, Lab.Work work, Programs programs)
            throws IOException, InterruptedException {
        try (RunFolder run = lab.newFolder()) {
            List<Path> stores = run.stores();
            metrics.writePlaced(stores);
            Path archive = run.file("archive.tar");
            Measurement measured;
            try (Daemons daemons = lab.startDaemons(programs, stores, run)) {
                daemons.awaitAnswers();
                daemons.awaitRest();
                measured = lab.measure(
                        daemons,
                        lab.client(programs)
                                .bucky(
                                        "tar",
                                        run.path(),
                                        List.of("-h", daemons.first(), "-w", Integer.toString(WORKERS), "-r", ".*")),
                        archive,
                        run,
                        work);
            }
            for (Path store : stores) {
                Folders.delete(store);
            }
            Path extracted = Files.createDirectory(run.file("extracted"));
            unpack(lab, archive, extracted);
            metrics.checkCopy(extracted, Part.ALL);
            return measured;
        }
    }

    private static void unpack(Lab lab, Path archive, Path folder) throws IOException, InterruptedException {
        int code = Command.of("tar", "xf", archive.toString(), "-C", folder.toString())
                .run(lab.children())
                .exitCode();
        if (code != 0) {
            throw new WrongResultException("tar cannot read the archive");
        }
    }

    private static Measurement tarByTool(Lab lab, MetricSet metrics, Lab.Work work)
            throws IOException, InterruptedException {
        try (RunFolder run = lab.newFolder()) {
            Path folder = run.file("files");
            metrics.write(folder, Part.ALL);
            return lab.measure(
                    Command.of("tar", "cf", run.file("archive.tar").toString(), "-C", folder.toString(), "."),
                    NOTHING,
                    run,
                    work);
        }
    }

    private static Path archive(Lab lab, MetricSet metrics, RunFolder run) throws IOException, InterruptedException {
        Path folder = run.file("files");
        metrics.write(folder, Part.ALL);
        Path archive = run.file("archive.tar");
        int code = Command.of("tar", "cf", archive.toString(), "-C", folder.toString(), "bench")
                .run(lab.children())
                .exitCode();
        if (code != 0) {
            throw new IOException("tar cf ended with " + code);
        }
        Folders.delete(folder);
        return archive;
    }

    private static Measurement restore(Lab lab, MetricSet metrics, Lab.Work work, Programs programs)
            throws IOException, InterruptedException {
        try (RunFolder run = lab.newFolder()) {
            Path archive = archive(lab, metrics, run);
            List<Path> stores = run.stores();
            Measurement measured;
            try (Daemons daemons = lab.startDaemons(programs, stores, run)) {
                daemons.awaitAnswers();
                daemons.awaitRest();
                measured = lab.measure(
                        daemons,
                        lab.client(programs)
                                .bucky(
                                        "restore",
                                        run.path(),
                                        List.of(
                                                "-h",
                                                daemons.first(),
                                                "-w",
                                                Integer.toString(WORKERS),
                                                archive.toString())),
                        NOTHING,
                        run,
                        work);
            }
            metrics.checkPlaced(stores, false);
            return measured;
        }
    }

    private static Measurement restoreByTool(Lab lab, MetricSet metrics, Lab.Work work)
            throws IOException, InterruptedException {
        try (RunFolder run = lab.newFolder()) {
            Path archive = archive(lab, metrics, run);
            Path folder = Files.createDirectory(run.file("extracted"));
            Measurement measured = lab.measure(
                    Command.of("tar", "xf", archive.toString(), "-C", folder.toString()), NOTHING, run, work);
            metrics.checkCopy(folder, Part.ALL);
            return measured;
        }
    }
}
