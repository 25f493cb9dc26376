package org.buckytools.cli.files;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.Errno;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixException;

/**
 * Where a file is or is to be: an open directory, so that nobody can put a link in the way, and the name in it.
 *
 * @param directory open for as long as the place is used, by whoever made it
 */
record Place(Descriptor directory, String leaf) {
    private static final Duration PAUSE = Duration.ofMillis(5);

    /** As messages show it. */
    String path() {
        return directory.path() + "/" + leaf;
    }

    Optional<FileStatus> status() throws IOException {
        return FileTree.status(directory, leaf);
    }

    /**
     * Opens the file.
     *
     * @return empty if there is none
     * @throws IOException also if it is a link, or no regular file
     */
    Optional<Descriptor> open(Patience patience, OpenFlag... options) throws IOException {
        Optional<FileStatus> status = status();
        if (status.isEmpty()) {
            return Optional.empty();
        }
        requireRegular(status.get());
        return openUnchecked(patience, options);
    }

    /**
     * Opens what is there, which may be anything but a link; does not wait for the other end of a pipe.
     *
     * @return empty if there is nothing
     */
    Optional<Descriptor> openUnchecked(Patience patience, OpenFlag... options) throws IOException {
        long start = System.nanoTime();
        while (true) {
            try {
                return FileTree.find(directory, leaf, options);
            } catch (PosixException e) {
                if (e.errno() == Errno.ELOOP) {
                    throw isLink();
                }
                // Someone has a lease on it, for some milliseconds.
                if (e.errno() != Errno.EAGAIN
                        || System.nanoTime() - start > patience.openElsewhere().toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /**
     * Makes sure that what was found here is a file.
     *
     * @throws IOException which says what it is instead
     */
    void requireRegular(FileStatus status) throws IOException {
        switch (status.type()) {
            case REGULAR -> {}
            case LINK -> throw isLink();
            case DIRECTORY -> throw new IOException(path() + " is a directory");
            case OTHER, UNKNOWN -> throw new IOException(path() + " is no regular file");
        }
    }

    private IOException isLink() {
        return new IOException(path() + " is a symbolic link, which is not followed");
    }

    @Override
    public String toString() {
        return path();
    }
}
