package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.buckytools.bench.data.NameTree;
import org.buckytools.bench.process.Daemons;
import org.buckytools.bench.process.Programs;

/** Stores of three nodes of which the first has 500,000 names, for scenarios that change nothing. */
final class NamesOnFirst implements AutoCloseable {
    private static final int COUNT = 500_000;

    /** Generous for an inode and a directory entry in memory. */
    private static final long BYTES_PER_NAME = 300;

    private final NameTree names;
    private final RunFolder data;
    private final List<Path> stores;

    NamesOnFirst(Lab lab) throws IOException, InterruptedException {
        names = new NameTree(lab.scaled(COUNT));
        lab.needRoom(names.count() * BYTES_PER_NAME, names.inodes());
        data = lab.newFolder();
        stores = data.stores();
        names.write(stores.getFirst());
    }

    NameTree names() {
        return names;
    }

    Path firstStore() {
        return stores.getFirst();
    }

    /** Daemons that have begun to look through their stores. */
    Daemons startDaemons(Lab lab, Programs programs, RunFolder run) throws IOException, InterruptedException {
        Daemons daemons = lab.startDaemons(programs, stores, run);
        try {
            daemons.awaitAnswers();
        } catch (IOException | InterruptedException e) {
            daemons.close();
            throw e;
        }
        return daemons;
    }

    /** Daemons that know their stores. */
    Daemons startWarmDaemons(Lab lab, Programs programs, RunFolder run) throws IOException, InterruptedException {
        Daemons daemons = startDaemons(lab, programs, run);
        try {
            daemons.awaitRest();
        } catch (IOException | InterruptedException e) {
            daemons.close();
            throw e;
        }
        return daemons;
    }

    /** For titles. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%,d names in %,d folders on the first of three nodes", names.count(), names.folders());
    }

    @Override
    public void close() throws IOException {
        data.close();
    }
}
