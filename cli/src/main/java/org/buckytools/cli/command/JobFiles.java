package org.buckytools.cli.command;

import java.io.IOException;
import java.util.Optional;
import org.buckytools.cli.transfer.JobFile;

/** Closes a job file that there may be. */
record JobFiles(Optional<JobFile> file) implements AutoCloseable {
    @Override
    public void close() throws IOException {
        if (file.isPresent()) {
            file.get().close();
        }
    }
}
