package org.buckytools.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.buckytools.agent.http.RawHttp;
import org.buckytools.agent.http.RawHttp.Answer;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperFile.Access;
import org.buckytools.whisper.WhisperFile.Allocation;
import org.buckytools.whisper.WhisperFile.Existing;
import org.buckytools.whisper.WhisperHeader;

/** A real daemon over a real directory, on a free port of the loopback, and the files in that directory. */
public final class RunningAgent implements AutoCloseable {
    /** A minute's resolution for an hour, five minutes' for a day. */
    private static final List<Retention> RETENTIONS = Retention.parseList("60s:1h,5m:1d");

    private final Path root;
    private final Agent agent;

    private RunningAgent(Path root, Agent agent) {
        this.root = root;
        this.agent = agent;
    }

    /** A ring of 127.0.0.1 and another host, so that agents may pull from those that {@code change} allows. */
    public static RunningAgent start(Path root, UnaryOperator<AgentConfig> change) throws IOException {
        HashRing ring = HashRings.of(
                RingType.CARBON, List.of(Member.parse("127.0.0.1:2003=a"), Member.parse("graphite2:2003=b")));
        AgentConfig config = AgentConfig.of(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "127.0.0.1",
                ring,
                Files.createDirectories(root));
        return new RunningAgent(root, Agent.start(change.apply(config), InstantSource.system()));
    }

    public static RunningAgent start(Path root) throws IOException {
        return start(root, UnaryOperator.identity());
    }

    /** One that may pull from these. */
    public static RunningAgent start(Path root, RunningAgent... sources) throws IOException {
        List<DaemonAddress> addresses = new ArrayList<>();
        for (RunningAgent source : sources) {
            addresses.add(source.daemon());
        }
        return start(root, config -> config.withAllowedSources(addresses));
    }

    public Agent agent() {
        return agent;
    }

    public InetSocketAddress address() {
        return agent.address();
    }

    public DaemonAddress daemon() {
        return agent.clientAddress();
    }

    /** Sends a request of its own connection; {@code head} has line feeds and neither a host nor an end. */
    public Answer exchange(String head, byte[] body) throws IOException {
        return RawHttp.exchange(address(), head + "Host: " + daemon() + "\n", body);
    }

    public Answer exchange(String head) throws IOException {
        return exchange(head, new byte[0]);
    }

    /** A request without a body. */
    public Answer ask(String method, String target) throws IOException {
        return exchange(method + " " + target + " HTTP/1.1\n");
    }

    /** A JSON message of version 2. */
    public Answer post(String path, String json) throws IOException {
        byte[] body = json.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return exchange(
                "POST " + path + " HTTP/1.1\nContent-Type: application/json\nContent-Length: " + body.length + "\n",
                body);
    }

    /** Waits until the first list of metrics is there. */
    public RunningAgent awaitInventory() throws IOException {
        while (ask("GET", "/metrics").status() == 202) {
            Thread.onSpinWait();
        }
        return this;
    }

    /** The file of a metric, without dots or escapes in its parts. */
    public Path file(String metric) {
        return root.resolve(metric.replace('.', '/') + ".wsp");
    }

    public boolean has(String metric) {
        return Files.exists(file(metric));
    }

    public byte[] content(String metric) throws IOException {
        return Files.readAllBytes(file(metric));
    }

    /** Puts a file into the store behind the daemon's back. */
    public void put(String metric, byte[] content) throws IOException {
        Files.createDirectories(file(metric).getParent());
        Files.write(file(metric), content);
    }

    /** All files below the root, hidden ones too. */
    public List<String> files() throws IOException {
        try (var paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> root.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    /** A Whisper file with a point for each of the last 50 minutes that {@code present} accepts. */
    public static byte[] whisper(Path scratch, IntPredicate present) throws IOException {
        Path file = Files.createTempFile(scratch, "made", ".wsp");
        WhisperFile.create(
                file, WhisperHeader.create(RETENTIONS, Aggregation.AVERAGE, 0.5f), Allocation.DENSE, Existing.REPLACE);
        long now = System.currentTimeMillis() / 1000;
        Collection<Point> points = new ArrayList<>();
        for (int minute = 0; minute < 50; minute++) {
            if (present.test(minute)) {
                points.add(new Point(now - 60L * minute, minute));
            }
        }
        try (WhisperFile whisper = WhisperFile.open(file, Access.WRITE)) {
            whisper.updateMany(points, now);
        }
        byte[] content = Files.readAllBytes(file);
        Files.delete(file);
        return content;
    }

    /** How many points the finest archive of a file has within the last hour. */
    public static long points(byte[] content) {
        var buffer = java.nio.ByteBuffer.wrap(content);
        int offset = buffer.getInt(16);
        int count = buffer.getInt(24);
        long now = System.currentTimeMillis() / 1000;
        long points = 0;
        for (int i = 0; i < count; i++) {
            long time = Integer.toUnsignedLong(buffer.getInt(offset + i * Point.BYTES));
            points += time > now - 3600 ? 1 : 0;
        }
        return points;
    }

    /** Makes a file look as if it had not been written lately, so that its version counts. */
    public void age(String metric) throws IOException {
        Files.setLastModifiedTime(
                file(metric),
                java.nio.file.attribute.FileTime.from(java.time.Instant.now().minus(Duration.ofMinutes(5))));
    }

    @Override
    public void close() {
        agent.close();
    }
}
