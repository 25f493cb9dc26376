package org.buckytools.agent.rehearsal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.buckytools.agent.auth.AccessDeniedException;
import org.buckytools.agent.auth.Acl;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.OwnedNameSink;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.ClientOptions;
import org.buckytools.protocol.client.HttpAgentClients;
import org.buckytools.protocol.transfer.DeleteItem;
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.FileStreamWriter;
import org.buckytools.protocol.transfer.MisplacedQuery;
import org.buckytools.protocol.transfer.PullItem;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.protocol.transfer.StoreRequest;
import org.buckytools.protocol.transfer.StreamedFile;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Archive;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperHeader;

/**
 * Moves made-up metrics from one {@link StandIn} to another, over the network of this host, until the code that does it has been
 * compiled: they are restored to the source, pulled by the destination, as new files and as fills in turn, and deleted at
 * the source, mostly by the destination. One of them in each round also goes over a {@link SlowLink}.
 */
public final class Rehearsal {
    /** C1, as the launcher sets it, compiles what has run 20 times; more often, and what branches take turns has, too. */
    private static final int ROUNDS = 40;

    private static final int PULLS_AT_ONCE = 2;
    private static final int METRICS = 20;

    /** How often each daemon is asked what it has in a round, so that what runs once for a request has run often enough, too. */
    private static final int LOOKS = 4;

    /** Every so many files one does not fit in a small buffer, and takes the ways of large ones. */
    private static final int LARGE_EACH = 5;

    /** In every so many rounds metrics are deleted by who asked for the pull, in the others by who pulled. */
    private static final int DELETED_EACH = 4;

    private static final List<Retention> SMALL = Retention.parseList("60s:6h,15m:2d");
    private static final List<Retention> LARGE = Retention.parseList("60s:7d,15m:30d");
    private static final long STEP = 60;

    /** Old enough for a version that can be trusted. */
    private static final Duration UNCHANGED_SINCE = Duration.ofHours(1);

    /** Of no ring: no host's name has a space. */
    private static final String OUTSIDE = "a rehearsal";

    private static final int BUFFER_BYTES = 256 << 10;
    private static final int MODE = 0600;

    private final Path parent;
    private final boolean sparse;
    private final RingDescription ring;
    private final BooleanSupplier wanted;
    private final InstantSource clock;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final SlowLink slowLink = new SlowLink(buffer);
    private int moved;

    /**
     * @param parent where a folder for the time of the rehearsal is made; some MB
     * @param sparse whether this daemon makes files with holes
     * @param ring by which it will be asked what is misplaced
     * @param wanted asked now and then; once it says no, the rest is left out
     */
    public Rehearsal(Path parent, boolean sparse, RingDescription ring, BooleanSupplier wanted, InstantSource clock) {
        this.parent = parent;
        this.sparse = sparse;
        this.ring = ring;
        this.wanted = wanted;
        this.clock = clock;
    }

    /**
     * Plays it, which takes a second or two of processor time, and leaves nothing behind.
     *
     * @return how many metrics were moved
     * @throws IOException if anything went wrong, of which nothing follows
     */
    public int run() throws IOException {
        Path folder = Files.createTempDirectory(parent, "buckyd-rehearsal-");
        try {
            play(folder);
            return moved;
        } finally {
            remove(folder);
        }
    }

    private void play(Path folder) throws IOException {
        String token = HexFormat.of().formatHex(SecureRandom.getSeed(16));
        Acl acl = presented -> {
            if (!presented.equals(Optional.of(token))) {
                throw new AccessDeniedException("this is a rehearsal, and closed to the public");
            }
            return (operation, metric) -> true;
        };
        ClientOptions options = ClientOptions.DEFAULT.withToken(Optional.of(token));
        try (StandIn source = StandIn.start(folder.resolve("source"), sparse, acl, List.of(), clock);
                StandIn destination =
                        StandIn.start(folder.resolve("destination"), sparse, acl, List.of(source.address()), clock);
                HttpAgentClients clients = new HttpAgentClients(options, clock)) {
            AgentClient from = clients.connect(source.address());
            AgentClient to = clients.connect(destination.address());
            for (int round = 0; round < ROUNDS && wanted.getAsBoolean(); round++) {
                play(round, from, to);
            }
        }
    }

    private void play(int round, AgentClient from, AgentClient to) throws IOException {
        // The second of two rounds fills what the first has made.
        List<MetricName> metrics = metrics(round / 2);
        byte[] small = whisper(SMALL, 2 + round % 2);
        byte[] large = whisper(LARGE, 2 + round % 2);
        from.store(
                new StoreRequest(metrics),
                buffer,
                writer -> {
                    for (int i = 0; i < metrics.size(); i++) {
                        write(writer, i, i % LARGE_EACH == 0 ? large : small);
                    }
                },
                result -> requireDone(result.failure().isEmpty(), "stored"));
        if (!wanted.getAsBoolean()) {
            return;
        }
        findMisplaced(from);
        boolean remove = round % DELETED_EACH != 0;
        List<DeleteItem> copied = new ArrayList<>();
        to.pull(
                new PullRequest(
                        from.address(),
                        true,
                        remove,
                        PULLS_AT_ONCE,
                        metrics.stream().map(name -> new PullItem(name, name)).toList()),
                result -> {
                    requireDone(result.failure().isEmpty(), "pulled");
                    requireDone(result.removed() == remove, "removed");
                    result.version()
                            .ifPresent(version -> copied.add(new DeleteItem(metrics.get(result.index()), version)));
                });
        if (!remove) {
            from.deleteUnchanged(
                    new DeleteRequest(copied, false),
                    result -> requireDone(result.outcome() == DeleteResult.Outcome.DELETED, "deleted"));
        }
        for (int i = 0; i < LOOKS; i++) {
            from.stat(metrics, stat -> requireDone(stat.isEmpty(), "deleted"));
            to.stat(metrics, stat -> requireDone(stat.isPresent(), "pulled"));
        }
        slowLink.carry(made(0, large), large);
        moved += metrics.size();
    }

    private void findMisplaced(AgentClient from) throws IOException {
        MisplacedQuery query = new MisplacedQuery(ring, OUTSIDE, Optional.empty(), List.of(), false, false);
        int[] found = {0};
        from.misplaced(query, new OwnedNameSink() {
            @Override
            public void owners(List<String> hosts) {
                requireDone(!hosts.isEmpty(), "placed");
            }

            @Override
            public void name(byte[] utf8, int start, int end) {
                found[0]++;
            }
        });
        requireDone(found[0] == METRICS, "listed");
    }

    private static void requireDone(boolean done, String what) {
        if (!done) {
            throw new IllegalStateException("a metric could not be " + what);
        }
    }

    private static List<MetricName> metrics(int act) {
        List<MetricName> names = new ArrayList<>();
        for (int i = 0; i < METRICS; i++) {
            names.add(new MetricName("rehearsal.act" + act + ".folder" + i / 5 + ".metric" + i));
        }
        return names;
    }

    private void write(FileStreamWriter writer, int index, byte[] content) throws IOException {
        writer.file(made(index, content));
        writer.chunk(0, ByteBuffer.wrap(content));
        writer.fileEnd();
    }

    private StreamedFile made(int index, byte[] content) {
        long changed = clock.instant().minus(UNCHANGED_SINCE).getEpochSecond();
        return new StreamedFile(index, MODE, changed, content.length, Optional.empty());
    }

    /** A file that has every {@code nth} point of its finest archive. */
    private byte[] whisper(List<Retention> retentions, int nth) {
        WhisperHeader header = WhisperHeader.create(retentions, Aggregation.AVERAGE, 0.5f);
        ByteBuffer file = ByteBuffer.allocate((int) header.fileSize());
        header.write(file);
        ArchiveInfo info = header.archives().getFirst();
        Archive archive = Archive.empty(info);
        long now = clock.instant().getEpochSecond() / STEP * STEP;
        for (int i = 0; i < info.points(); i += nth) {
            long time = now - i * STEP;
            archive.set(archive.isEmpty() ? 0 : archive.slotOf(time), time, i);
        }
        archive.encode(file.position((int) info.offset()), 0, info.points());
        return file.array();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
