package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.buckytools.bench.data.Folders;
import org.buckytools.bench.data.Nodes;

/** A new folder with an empty store for each node; closing it removes everything. */
final class RunFolder implements AutoCloseable {
    private final Path folder;

    RunFolder(Path folder) throws IOException {
        this.folder = Files.createDirectory(folder);
    }

    Path path() {
        return folder;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Where a client's standard error goes. */
    Path clientLog() {
        return folder.resolve("client.log");
    }

    /** The stores, in the order of {@link Nodes}. */
    List<Path> stores() throws IOException {
        List<Path> stores = new ArrayList<>();
        for (String host : Nodes.HOSTS) {
            stores.add(Files.createDirectories(folder.resolve("store-" + host)));
        }
        return stores;
    }

    @Override
    public void close() throws IOException {
        Folders.delete(folder);
    }
}
