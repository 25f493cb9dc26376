package org.buckytools.bench.scenario;

import java.util.List;
import java.util.Optional;
import org.buckytools.bench.process.Programs;

/**
 * What the command line says.
 *
 * @param runs of each contender in each comparison
 * @param scale by which the numbers of files and names are multiplied
 * @param programs ours first, then the peers'
 * @param limits whether public tools do the work too
 * @param profile the folder for flight recordings of our programs, if they are wanted; then times mean little
 */
public record Settings(
        int runs, double scale, List<Programs> programs, boolean limits, Optional<java.nio.file.Path> profile) {
    public Settings {
        programs = List.copyOf(programs);
    }
}
