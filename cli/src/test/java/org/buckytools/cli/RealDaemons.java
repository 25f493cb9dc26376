package org.buckytools.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.buckytools.agent.Agent;
import org.buckytools.agent.AgentConfig;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.Series;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperHeader;

/** Real daemons of one ring in this process, each with a store in a folder of its own, and their files. */
final class RealDaemons implements AutoCloseable {
    static final int STEP = 60;

    private static final WhisperHeader HEADER =
            WhisperHeader.create(List.of(new Retention(STEP, 60), new Retention(300, 288)), Aggregation.AVERAGE, 0.5f);

    private final Path folder;
    private final Map<String, Agent> agents = new LinkedHashMap<>();
    private final long now = InstantSource.system().instant().getEpochSecond();
    private final HashRing ring;
    private final int port;

    private RealDaemons(Path folder, HashRing ring, int port) {
        this.folder = folder;
        this.ring = ring;
        this.port = port;
    }

    /** A ring of these hosts, with instances i1 and so on; loopback addresses. No daemon runs yet, so that files can be made. */
    static RealDaemons ring(Path folder, int replicas, String... hosts) throws IOException {
        List<Member> members = new ArrayList<>();
        for (String host : hosts) {
            members.add(new Member(host, 2003, Optional.of("i" + (members.size() + 1))));
        }
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(hosts[0]))) {
            return new RealDaemons(
                    folder, HashRings.of(RingType.JUMP_FNV1A, members, replicas, true), free.getLocalPort());
        }
    }

    /** Three hosts without replicas. */
    static RealDaemons ofThree(Path folder) throws IOException {
        return ring(folder, 1, "127.0.1.1", "127.0.1.2", "127.0.1.3");
    }

    /** Starts the daemon of each member. */
    RealDaemons start() throws IOException {
        return start(UnaryOperator.identity());
    }

    /** Starts the daemon of each member with a changed configuration. */
    RealDaemons start(UnaryOperator<AgentConfig> change) throws IOException {
        for (String host : ring.stores()) {
            start(host, change);
        }
        return this;
    }

    /** Starts a daemon, of a member or not. */
    void start(String host, UnaryOperator<AgentConfig> change) throws IOException {
        AgentConfig config = AgentConfig.of(
                new InetSocketAddress(host, port), host, ring, Files.createDirectories(folder.resolve(host)));
        agents.put(host, Agent.start(change.apply(config), InstantSource.system()));
    }

    void stop(String host) {
        agents.remove(host).close();
    }

    HashRing ring() {
        return ring;
    }

    int port() {
        return port;
    }

    /** HOST:PORT. */
    String at(String host) {
        return host + ":" + port;
    }

    String owner(String metric) {
        return ring.stores(metric).getFirst();
    }

    /** The time of files made here. */
    long now() {
        return now;
    }

    /** The time of so many minutes ago. */
    long ago(int minutes) {
        return now - now % STEP - (long) minutes * STEP;
    }

    /** Runs bucky with the first member as BUCKYHOST. */
    CommandRun bucky(String... arguments) {
        return buckyWithInput("", arguments);
    }

    CommandRun buckyWithInput(String input, String... arguments) {
        return Bucky.run(at(ring.stores().getFirst()), input, arguments);
    }

    Path store(String host) {
        return folder.resolve(host);
    }

    Path file(String host, String metric) {
        return store(host).resolve(new MetricName(metric).relativePath());
    }

    /** Makes a file with these points, an hour of minutes and a day of five minutes. */
    Path write(String host, String metric, Map<Long, Double> points) throws IOException {
        Path path = file(host, metric);
        Files.createDirectories(path.getParent());
        WhisperFile.create(path, HEADER, WhisperFile.Allocation.DENSE, WhisperFile.Existing.REFUSE);
        List<Point> list = new ArrayList<>();
        points.forEach((time, value) -> list.add(new Point(time, value)));
        try (WhisperFile file = WhisperFile.open(path, WhisperFile.Access.WRITE)) {
            file.updateMany(list, now);
        }
        return path;
    }

    /** The points of the last hour. */
    Map<Long, Double> points(String host, String metric) throws IOException {
        Map<Long, Double> points = new TreeMap<>();
        try (WhisperFile file = WhisperFile.open(file(host, metric), WhisperFile.Access.READ)) {
            Series series = file.fetch(now - 59 * STEP, now, now).orElseThrow();
            for (int i = 0; i < series.size(); i++) {
                if (series.isKnown(i)) {
                    points.put(series.timeAt(i), series.valueAt(i));
                }
            }
        }
        return points;
    }

    /** All files of a store by their paths, sorted; hidden ones too. */
    List<String> files(String host) throws IOException {
        if (!Files.exists(store(host))) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(store(host))) {
            return List.copyOf(files.filter(Files::isRegularFile)
                    .map(file -> store(host).relativize(file).toString())
                    .collect(TreeSet::new, TreeSet::add, TreeSet::addAll));
        }
    }

    @Override
    public void close() {
        agents.values().forEach(Agent::close);
    }
}
