package org.buckytools.agent.store;

import java.io.IOException;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileTree;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tidying up that must not hide the failure, or spoil the success, that it comes after. What fails here is logged. */
final class Descriptors {
    private static final Logger LOG = LoggerFactory.getLogger(Descriptors.class);

    private Descriptors() {}

    static void closeQuietly(Descriptor descriptor) {
        try {
            descriptor.close();
        } catch (IOException e) {
            // Nothing depends on it: whatever must be on the disk was synced before.
            LOG.warn("closing failed: {}", e.getMessage());
        }
    }

    /** Lets go of a directory. */
    static void closeQuietly(StorePaths.Folder folder) {
        try {
            folder.close();
        } catch (IOException e) {
            LOG.warn("closing failed: {}", e.getMessage());
        }
    }

    static void removeQuietly(Descriptor directory, String name) {
        try {
            FileTree.remove(directory, name);
        } catch (IOException e) {
            LOG.warn("hidden file stays until the next start: {}", e.getMessage());
        }
    }

    static void removeDirectoryQuietly(Descriptor directory, String name) {
        try {
            FileTree.removeEmptyDirectory(directory, name);
        } catch (IOException e) {
            LOG.warn("hidden directory stays until the next start: {}", e.getMessage());
        }
    }
}
