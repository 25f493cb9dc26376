package org.buckytools.cli.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.parallel.InOrder;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.PosixException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bucky-sparsify}. */
@Command(
        name = "bucky-sparsify",
        header = "Give back the disk space of empty parts of Whisper files.",
        description = {
            "",
            "Blocks of zeros become holes, in place and under the file's lock; content, size, owner, mode and time of the files stay."
                    + " Directories are walked; in them only files whose names end in .wsp are touched, and links are not followed.",
            "",
            "It can run beside carbon. The files should be its own user's, or it should run as root: on files of others it cannot"
                    + " see whether somebody has them open, and a writer that takes no lock may then lose a point that it writes at the"
                    + " very moment.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all files were treated, whether they had zeros or not",
            "1:no file could be treated",
            "2:wrong usage",
            "3:some files could not be treated, and are as they were",
            "130:interrupted; every file is whole"
        })
public final class SparsifyCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Whisper files, or directories of such.")
    List<Path> paths;

    @Option(
            names = {"-d", "--debug"},
            description = "Say each file.")
    boolean debug;

    private final Sparsifier sparsifier;
    private final Tally tally;
    private final Set<Long> withoutHoles = ConcurrentHashMap.newKeySet();
    private boolean unguardedSaid;
    private long freed;
    private long withHoles;

    /** The command, reporting there. */
    public SparsifyCommand(Console console) {
        this(console, new Sparsifier(Patience.USUAL));
    }

    SparsifyCommand(Console console, Sparsifier sparsifier) {
        this.sparsifier = sparsifier;
        this.tally = new Tally("bucky-sparsify", console);
    }

    @Override
    public Integer call() throws IOException {
        try (Interruption interruption = new Interruption(tally::sayInterrupted)) {
            try (InOrder<Path, Treatment> files = new InOrder<>(
                    Runtime.getRuntime().availableProcessors(), file -> treat(file, interruption), this::tell)) {
                for (Path path : paths) {
                    if (!interruption.isRequested()) {
                        add(path, files, interruption);
                    }
                }
                files.finish();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while making holes");
            }
            tally.say(Tally.count(freed, "byte") + " freed, in " + withHoles + " of "
                    + Tally.count(tally.doneCount(), "file")
                    + (tally.failedCount() == 0 ? "" : "; " + tally.failedCount() + " could not be treated"));
            return (interruption.isRequested() ? ExitCode.INTERRUPTED : tally.exitCode()).code();
        }
    }

    /** What became of a file: one of the two, or none if it was left out because the user does not want to wait. */
    private record Treatment(Path file, Optional<Sparsifier.Result> result, Optional<IOException> failure) {}

    private void add(Path path, InOrder<Path, Treatment> files, Interruption interruption)
            throws IOException, InterruptedException {
        FileStatus status;
        try {
            status = FileStatus.of(path);
        } catch (PosixException e) {
            files.finish();
            tally.failed(path, e);
            return;
        }
        if (status.isDirectory()) {
            WhisperFiles.walk(path, new QueuedFiles(files, tally, interruption::isRequested));
        } else if (status.isRegularFile() && WhisperFiles.isNamedSo(path)) {
            // A link that was named is followed; the file it leads to is what is opened.
            files.add(path.toRealPath());
        } else if (debug) {
            files.finish();
            tally.say(path + " is not named as a Whisper file, and stays as it is");
        }
    }

    private Treatment treat(Path file, Interruption interruption) {
        if (interruption.isRequested()) {
            return new Treatment(file, Optional.empty(), Optional.empty());
        }
        try {
            boolean isHopeless = !withoutHoles.isEmpty()
                    && withoutHoles.contains(FileStatus.ofLink(file).device());
            Sparsifier.Result result = isHopeless ? new Sparsifier.NoHoles() : sparsifier.run(file);
            return new Treatment(file, Optional.of(result), Optional.empty());
        } catch (IOException e) {
            return new Treatment(file, Optional.empty(), Optional.of(e));
        }
    }

    private void tell(Treatment treatment) {
        Path file = treatment.file();
        try {
            if (treatment.failure().isPresent()) {
                throw treatment.failure().get();
            }
            switch (treatment.result().orElse(null)) {
                case null -> {}
                case Sparsifier.Treated treated -> treated(file, treated);
                case Sparsifier.NoHoles noHoles -> {
                    if (withoutHoles.add(FileStatus.ofLink(file).device())) {
                        tally.failed(
                                file,
                                "its file system cannot punch holes; no file on it is touched, and this is said once");
                    } else {
                        tally.failedLikeOthers();
                    }
                }
            }
        } catch (IOException e) {
            tally.failed(file, e);
        }
    }

    private void treated(Path file, Sparsifier.Treated treated) {
        tally.done();
        freed += treated.freedBytes();
        withHoles += treated.freedBytes() > 0 ? 1 : 0;
        if (debug) {
            tally.say(file + ": " + Tally.count(treated.freedBytes(), "byte") + " freed");
        }
        if (!treated.guarded() && !unguardedSaid) {
            unguardedSaid = true;
            tally.say("warning: " + file + ": no lease is to be had on it, so that only writers who lock were kept out;"
                    + " run as the owner of the files or as root. This is said once.");
        }
    }
}
