package org.buckytools.cli.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.output.Console;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bucky-fill}. */
@Command(
        name = "bucky-fill",
        header = "Give Whisper files the points that others have and they lack.",
        description = {
            "",
            "Fills DST from SRC; points that DST has stay as they are. Where DST does not exist it becomes an exact copy, which"
                    + " appears under its name when it is whole. If DST is a directory and SRC a file, the file of the same name"
                    + " in it is meant.",
            "",
            "With -r both are directories: every file below SRC whose name ends in .wsp is filled into the one of the same path"
                    + " below DST. Links below either are not followed. Files that are corrupt are left alone on either side, and"
                    + " reported; go-carbon's compressed files are copied, but not filled.",
            "",
            "Both may be in use by carbon meanwhile.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:DST holds all that SRC does",
            "1:nothing could be filled",
            "2:wrong usage, or SRC or the directory of DST is not there",
            "3:some files could not be filled, or, with -d, not be deleted; the others were",
            "130:interrupted; a second run goes on"
        })
public final class FillCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SRC", description = "The file or directory to take points from.")
    Path source;

    @Parameters(index = "1", paramLabel = "DST", description = "The file or directory to put them into.")
    Path destination;

    @Option(names = "-r", description = "Directories, with all that is below them.")
    boolean recursive;

    @Option(
            names = "-d",
            description =
                    "Delete each source file when all its points are in the destination and on the disk. One that holds"
                            + " more, or is written to all the time, stays and is reported.")
    boolean delete;

    @Option(names = "-l", description = "Log each file to standard output.")
    boolean log;

    private final Console console;
    private final InstantSource clock;
    private final Patience patience;
    private final Tally tally;

    /** The command, printing there. */
    public FillCommand(Console console, InstantSource clock) {
        this(console, clock, Patience.USUAL);
    }

    FillCommand(Console console, InstantSource clock, Patience patience) {
        this.console = console;
        this.clock = clock;
        this.patience = patience;
        this.tally = new Tally("bucky-fill", console);
    }

    @Override
    public Integer call() throws IOException, UserFacingException {
        Path from = absolute(source);
        Path to = absolute(destination);
        FileStatus status = statusOf(from);
        try (Interruption interruption = new Interruption(tally::sayInterrupted)) {
            FillFiles task = new FillFiles(clock, patience, delete, tally, this::logged);
            if (status.isDirectory()) {
                if (!recursive) {
                    throw UserFacingException.usage(source + " is a directory", "Give -r for directories.");
                }
                checkDirectories(from, to);
                task.tree(from, to, interruption);
            } else if (status.isRegularFile()) {
                single(task, from, to);
            } else {
                throw unusable(source + " is neither a file nor a directory");
            }
            if (log || tally.failedCount() > 0) {
                task.sayTotals();
            }
            // The process may end when the interruption is closed.
            console.out().flush();
            return (interruption.isRequested() ? ExitCode.INTERRUPTED : tally.exitCode()).code();
        }
    }

    /** Without following links: what is meant by a {@code ..} behind one is for the system to say. */
    private static Path absolute(Path path) {
        Path absolute = path.toAbsolutePath();
        for (Path part : absolute) {
            if (part.toString().equals("..")) {
                return absolute;
            }
        }
        return absolute.normalize();
    }

    private void single(FillFiles task, Path from, Path to) throws IOException, UserFacingException {
        Path target = Files.isDirectory(to) ? to.resolve(from.getFileName()) : to;
        requireDirectory(target.getParent());
        // Links that were named are followed, those below them are not.
        Path file = from.toRealPath();
        Path real = Files.exists(target) ? target.toRealPath() : target;
        if (file.equals(real)) {
            throw sameFile();
        }
        try (Descriptor fromDirectory = Descriptor.open(file.getParent(), OpenFlag.DIRECTORY);
                Descriptor toDirectory = Descriptor.open(real.getParent(), OpenFlag.DIRECTORY)) {
            task.single(
                    new Place(fromDirectory, file.getFileName().toString()),
                    new Place(toDirectory, real.getFileName().toString()),
                    from,
                    target);
        }
    }

    private void checkDirectories(Path from, Path to) throws IOException, UserFacingException {
        boolean exists = Files.exists(to);
        if (!exists) {
            requireDirectory(to.getParent());
        } else if (!Files.isDirectory(to)) {
            throw unusable(source + " is a directory and " + destination + " is none");
        }
        Path fromReal = from.toRealPath();
        Path toReal = exists ? to.toRealPath() : to.getParent().toRealPath().resolve(to.getFileName());
        if (fromReal.equals(toReal)) {
            throw sameFile();
        }
        if (toReal.startsWith(fromReal)) {
            // Files that were just made would be found as sources.
            throw unusable(destination + " is inside " + source);
        }
    }

    private UserFacingException sameFile() {
        return unusable(source + " and " + destination + " are the same");
    }

    private static void requireDirectory(Path directory) throws UserFacingException {
        if (!Files.isDirectory(directory)) {
            throw unusable("there is no directory " + directory);
        }
    }

    private static FileStatus statusOf(Path path) throws UserFacingException {
        try {
            return FileStatus.of(path);
        } catch (PosixException e) {
            throw unusable(e.getMessage());
        }
    }

    private static UserFacingException unusable(String what) {
        return new UserFacingException(ExitCode.USAGE, what, List.of(), "Nothing was changed.");
    }

    private void logged(String line) throws IOException {
        if (log) {
            console.print(line + "\n");
        }
    }
}
