package org.buckytools.cli.findhash;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.option.GoLong;
import org.buckytools.cli.output.Console;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.RingLookup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code findhash}. */
@Command(
        name = "findhash",
        header = "Find instance names that spread a carbon hash ring evenly.",
        description = {
            "",
            "FILE lists the members of a ring of type carbon, HOST[:PORT][:INSTANCE] a line; blank lines and lines beginning with #"
                    + " are left out. Where no instance is given, random ones are tried for as long as the program runs, and each"
                    + " ring that is more even than the best so far is printed. Buckets are the positions of the ring that belong to"
                    + " a member, of " + Buckets.TOTAL + ".",
            ""
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the analysis, or a solution, was printed",
            "1:no ring was even enough within --tries, or the output could not be written",
            "2:wrong usage, or a file that cannot be used",
            "130:interrupted; what was found is printed"
        })
public final class FindHashCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The members of the ring.")
    Path file;

    @Option(names = "--analyze", description = "Print how evenly this ring is spread, and search for nothing.")
    boolean analyze;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description =
                    "With --analyze: print also how many of the metrics in this file, one a line, fall on each member.")
    Path keys;

    @Option(
            names = "--filter",
            paramLabel = "PREFIX",
            description = "Of the rings found, print only the members that begin so.")
    String filter = "";

    @Option(
            names = "--max",
            paramLabel = "BUCKETS",
            converter = GoLong.class,
            description =
                    "With --min: a ring counts if the most and the fewest buckets of a member are closer together than these"
                            + " two; default 1900.")
    Long max = 1900L;

    @Option(names = "--min", paramLabel = "BUCKETS", converter = GoLong.class, description = "Default 1300.")
    Long min = 1300L;

    @Option(
            names = "--tries",
            paramLabel = "N",
            converter = GoLong.class,
            description = "Stop after so many rings; default is to go on until interrupted.")
    Long tries = Long.MAX_VALUE;

    private final Report report;
    private final Supplier<String> instances;

    /** The command, printing there and taking instances from there. */
    public FindHashCommand(Console console, Supplier<String> instances) {
        this.report = new Report(console);
        this.instances = instances;
    }

    @Override
    public Integer call() throws UserFacingException, IOException {
        RingFile ring = read();
        if (analyze) {
            analyze(ring);
            return ExitCode.DONE.code();
        }
        if (keys != null) {
            throw UserFacingException.usage("--keys shows something only with --analyze", "Give both.");
        }
        if (ring.isComplete()) {
            throw UserFacingException.usage(
                    "every line of " + file + " has an instance, which leaves nothing to search for",
                    "Leave the instance out where it may be chosen, or give --analyze.");
        }
        search(ring);
        return ExitCode.DONE.code();
    }

    private RingFile read() throws UserFacingException {
        try {
            RingFile ring = RingFile.parse(Files.readAllLines(file));
            // A member that is there twice is noticed here.
            ring.ring(instances);
            return ring;
        } catch (IllegalArgumentException e) {
            throw unusable(file, e.getMessage(), e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static UserFacingException unreadable(Path what, IOException e) {
        return unusable(what, e instanceof NoSuchFileException ? "there is no such file" : e.getMessage(), e);
    }

    private static UserFacingException unusable(Path what, String why, Exception cause) {
        return new UserFacingException(ExitCode.USAGE, what + ": " + why, List.of(), "", cause);
    }

    private void analyze(RingFile members) throws UserFacingException, IOException {
        HashRing ring = members.ring(instances);
        List<Integer> counts = keys == null ? List.of() : countKeys(ring);
        report.analysis(Buckets.of(ring));
        if (keys != null) {
            report.keys(ring.members(), counts);
        }
    }

    private List<Integer> countKeys(HashRing ring) throws UserFacingException {
        int[] counts = new int[ring.members().size()];
        int[] owner = new int[ring.replicas()];
        RingLookup lookup = ring.lookup();
        // Bytes as they are, in the guise of Latin-1.
        try (BufferedReader names = Files.newBufferedReader(keys, StandardCharsets.ISO_8859_1)) {
            for (String line = names.readLine(); line != null; line = names.readLine()) {
                byte[] name = line.trim().getBytes(StandardCharsets.ISO_8859_1);
                if (name.length > 0) {
                    lookup.owners(name, 0, name.length, owner);
                    counts[owner[0]]++;
                }
            }
        } catch (IOException e) {
            throw unreadable(keys, e);
        }
        return Arrays.stream(counts).boxed().toList();
    }

    private void search(RingFile members) throws UserFacingException, IOException {
        long best = max - min;
        boolean found = false;
        for (long i = 0; i < tries; i++) {
            Buckets buckets = Buckets.of(members.ring(instances));
            if (buckets.spread() < best) {
                report.solution(buckets, filter);
                best = buckets.spread();
                found = true;
            }
        }
        if (!found) {
            throw new UserFacingException(
                    ExitCode.FAILED,
                    "none of " + tries + " rings had less than " + best + " buckets between the most and the fewest",
                    List.of(),
                    "Try more, or raise --max.");
        }
    }
}
