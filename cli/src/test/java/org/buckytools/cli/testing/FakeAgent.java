package org.buckytools.cli.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.DaemonStatus;
import org.buckytools.protocol.Encoding;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.NameSink;
import org.buckytools.protocol.OwnedNameSink;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.client.AgentUnreachableException;
import org.buckytools.protocol.client.Download;
import org.buckytools.protocol.transfer.DeleteItem;
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.MisplacedQuery;
import org.buckytools.protocol.transfer.ModifyRequest;
import org.buckytools.protocol.transfer.ModifyResult;
import org.buckytools.protocol.transfer.PointCounts;
import org.buckytools.protocol.transfer.PullItem;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.SpaceUsage;
import org.buckytools.protocol.transfer.StoreRequest;
import org.buckytools.protocol.transfer.UnreadableMetric;

/**
 * A daemon in memory. A metric's file is a set of points, a fill is a union, and each write gives a new version. Behaves as a
 * daemon of version 2 or, if its ring says so, as one of the fork's.
 */
public final class FakeAgent implements AgentClient {
    /** What happens before a call is answered; an exception is the answer. */
    @FunctionalInterface
    public interface Before {
        /** {@code call} is the method's name, {@code metric} the one it is about, or empty. */
        void call(String call, String metric) throws AgentException;
    }

    /** One stored metric. */
    private static final class File {
        private final Set<String> points = new TreeSet<>();
        private int version;
        private long modTime = 1_000_000;
    }

    /** What each file takes on the disk. */
    public static final int BLOCK = 4096;

    private final FakeCluster cluster;
    private final DaemonAddress address;
    private final RingDescription ring;
    private final Map<String, File> files = new TreeMap<>();
    private final Map<String, ItemFailure> failing = new ConcurrentHashMap<>();
    private final Map<String, Long> leftBehind = new ConcurrentHashMap<>();
    private final Map<String, Integer> unversioned = new ConcurrentHashMap<>();
    private volatile boolean removing;
    private volatile int beginning = Integer.MAX_VALUE;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<ModifyRequest> modifies = new CopyOnWriteArrayList<>();
    private long unreadable;
    private Optional<String> listProblem = Optional.empty();
    private volatile Before before = (call, metric) -> {};
    private volatile boolean down;
    private int versions;

    FakeAgent(FakeCluster cluster, DaemonAddress address, RingDescription ring) {
        this.cluster = cluster;
        this.address = address;
        this.ring = ring;
    }

    /** Stores points, as a writer does. */
    public synchronized FakeAgent write(String metric, String... points) {
        File file = files.computeIfAbsent(metric, name -> new File());
        file.points.addAll(List.of(points));
        file.version = ++versions;
        file.modTime = cluster.now();
        return this;
    }

    /** A metric's points; empty if there is no such metric. */
    public synchronized Set<String> points(String metric) {
        File file = files.get(metric);
        return file == null ? Set.of() : Set.copyOf(file.points);
    }

    /** Names of all metrics, sorted. */
    public synchronized List<String> metrics() {
        return List.copyOf(files.keySet());
    }

    /** Takes it away or brings it back. */
    public FakeAgent down(boolean isDown) {
        this.down = isDown;
        return this;
    }

    /** Loses a metric, as when somebody removes its file. */
    public synchronized void forget(String metric) {
        files.remove(metric);
    }

    /** Lets every attempt to store this metric here fail. */
    public FakeAgent failing(String metric, ItemFailure.Reason reason, String message) {
        failing.put(metric, new ItemFailure(reason, message));
        return this;
    }

    /** Has sources delete what it has pulled when it is asked to, as the real one does; else that is left to the client. */
    public void removing() {
        removing = true;
    }

    /** Says of this metric, when it is pulled, that so many points found no place. */
    public FakeAgent leavingBehind(String metric, long points) {
        leftBehind.put(metric, points);
        return this;
    }

    /** Says of this metric so many times that it was being written when it was pulled. */
    public FakeAgent withoutVersion(String metric, int times) {
        unversioned.put(metric, times);
        return this;
    }

    /** The ring, without counting as a call. */
    public RingDescription description() {
        return ring;
    }

    /** Sets what happens before each answer. */
    public FakeAgent before(Before action) {
        this.before = action;
        return this;
    }

    /** Requests so far, as {@code call} or {@code call metric}. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** Begins with so many metrics of each pull, as if it had no time for more. */
    public void beginningWith(int metrics) {
        beginning = metrics;
    }

    /** The most fetches that it was to do at once for pulls. */
    public int mostInFlight() {
        return mostInFlight.get();
    }

    private void enter(String call, String metric) throws AgentException {
        calls.add(metric.isEmpty() ? call : call + " " + metric);
        before.call(call, metric);
        if (down) {
            throw unreachable();
        }
    }

    /** What a client throws when the daemon is down. */
    public AgentUnreachableException unreachable() {
        return new AgentUnreachableException(address, address + " does not answer: connection refused", null);
    }

    private void needVersion2() throws AgentException {
        if (ring.api() < 2) {
            throw new AgentRefusedException(address, 404, address + " has no such call");
        }
    }

    @Override
    public DaemonAddress address() {
        return address;
    }

    @Override
    public RingDescription ring() throws AgentException {
        enter("ring", "");
        return ring;
    }

    @Override
    public void list(MetricQuery query, NameSink names) throws AgentException {
        enter("list", "");
        meant(query, name -> hand(name, names));
    }

    private static void hand(String name, NameSink names) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        names.name(utf8, 0, utf8.length);
    }

    private void meant(MetricQuery query, Consumer<String> names) {
        Optional<Pattern> pattern = query.regex().map(Pattern::compile);
        metrics().stream()
                .filter(name -> pattern.isEmpty() || pattern.get().matcher(name).find())
                .filter(name -> query.names().isEmpty() || query.names().get().contains(name))
                .forEach(names);
    }

    @Override
    public Optional<MetricStat> stat(MetricName metric) throws AgentException {
        enter("stat", metric.value());
        return statNow(metric);
    }

    private synchronized Optional<MetricStat> statNow(MetricName metric) {
        File file = files.get(metric.value());
        return file == null
                ? Optional.empty()
                : Optional.of(new MetricStat(metric, content(file).length, 0644, file.modTime, Encoding.IDENTITY));
    }

    private static byte[] content(File file) {
        return String.join("\n", file.points).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Optional<Download> get(MetricName metric, boolean encoded) throws AgentException {
        enter("get", metric.value());
        synchronized (this) {
            File file = files.get(metric.value());
            return file == null
                    ? Optional.empty()
                    : Optional.of(new Download(
                            statNow(metric).orElseThrow(),
                            new ByteArrayInputStream(content(file)),
                            ring.api() < 2 ? Optional.empty() : Optional.of("v" + file.version),
                            OptionalLong.of(cluster.now())));
        }
    }

    @Override
    public FillTimings fill(MetricName metric, MetricStat stat, Upload body) throws AgentException {
        enter("fill", metric.value());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            body.begin();
            body.writeTo(bytes);
        } catch (AgentException e) {
            throw e;
        } catch (IOException e) {
            throw new AgentUnreachableException(address, address + " did not get the whole body: " + e.getMessage(), e);
        }
        write(metric.value(), bytes.toString(StandardCharsets.UTF_8).split("\n"));
        return ring.api() < 2 ? FillTimings.NONE : FillTimings.NONE.withLeftBehind(0);
    }

    @Override
    public FillTimings replace(MetricName metric, MetricStat stat, Upload body) throws AgentException {
        throw new UnsupportedOperationException("replace");
    }

    @Override
    public boolean delete(MetricName metric) throws AgentException {
        enter("delete", metric.value());
        synchronized (this) {
            return files.remove(metric.value()) != null;
        }
    }

    @Override
    public Optional<FillTimings> fetchOffload(MetricName to, DaemonAddress source, MetricName from, boolean encoded)
            throws AgentException {
        enter("fetchOffload", to.value());
        Set<String> points = cluster.at(source).points(from.value());
        if (points.isEmpty()) {
            return Optional.empty();
        }
        write(to.value(), points.toArray(String[]::new));
        return Optional.of(FillTimings.NONE);
    }

    @Override
    public void misplacedNames(MisplacedQuery query, NameSink names) throws AgentException {
        if (!query.namesOnly()) {
            throw new AssertionError("not asked for names only");
        }
        misplaced(query, new OwnedNameSink() {
            @Override
            public void owners(List<String> hosts) {}

            @Override
            public void name(byte[] utf8, int from, int to) {
                names.name(utf8, from, to);
            }
        });
    }

    @Override
    public void misplaced(MisplacedQuery query, OwnedNameSink metrics) throws AgentException {
        enter("misplaced", "");
        needVersion2();
        Optional<Pattern> pattern = query.regex().map(Pattern::compile);
        for (String name : metrics()) {
            List<String> owners = cluster.ring().stores(name);
            boolean wanted = pattern.isEmpty() || pattern.get().matcher(name).find();
            if (wanted
                    && !owners.contains(query.host())
                    && query.exceptPrefixes().stream().noneMatch(name::startsWith)) {
                byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
                metrics.owners(owners);
                metrics.name(utf8, 0, utf8.length);
            }
        }
    }

    @Override
    public void pull(PullRequest request, Consumer<PullResult> results) throws AgentException {
        needVersion2();
        int now = inFlight.addAndGet(request.atOnce());
        mostInFlight.accumulateAndGet(now, Math::max);
        try {
            enter("pull", "");
            int begun = Math.min(beginning, request.items().size());
            int index = 0;
            for (PullItem item : request.items().subList(0, begun)) {
                enter("pullItem", item.to().value());
                PullResult pulled = pulled(index++, item, request.source());
                results.accept(request.remove() && removing ? removed(pulled, item, request.source()) : pulled);
            }
            if (begun < request.items().size()) {
                ItemFailure why = new ItemFailure(ItemFailure.Reason.NOT_BEGUN, "there was no time");
                results.accept(
                        PullResult.failed(begun, 0, 0, why).of(request.items().size() - begun));
            }
            enter("pullEnd", "");
        } finally {
            inFlight.addAndGet(-request.atOnce());
        }
    }

    private PullResult removed(PullResult pulled, PullItem item, DaemonAddress source) throws AgentException {
        if (pulled.version().isEmpty() || pulled.leftBehind() > 0) {
            return pulled;
        }
        boolean[] gone = {false};
        cluster.at(source)
                .deleteUnchanged(
                        new DeleteRequest(
                                List.of(new DeleteItem(
                                        item.from(), pulled.version().get())),
                                true),
                        result -> gone[0] = result.outcome() != DeleteResult.Outcome.KEPT);
        enter("pullItemRemoved", item.to().value());
        return gone[0] ? pulled.afterRemoval() : pulled;
    }

    private PullResult pulled(int index, PullItem item, DaemonAddress source) {
        ItemFailure failure = failing.get(item.to().value());
        if (failure != null) {
            return failed(index, failure.reason(), failure.message());
        }
        FakeAgent from = cluster.at(source);
        Set<String> points;
        int version;
        synchronized (from) {
            if (from.down) {
                return failed(index, ItemFailure.Reason.SOURCE_UNREACHABLE, source + " does not answer");
            }
            File file = from.files.get(item.from().value());
            if (file == null) {
                return failed(index, ItemFailure.Reason.NOT_FOUND, source + " has no metric " + item.from());
            }
            points = Set.copyOf(file.points);
            version = file.version;
        }
        PullResult.Outcome outcome;
        synchronized (this) {
            File mine = files.get(item.to().value());
            if (mine == null) {
                outcome = PullResult.Outcome.CREATED;
            } else {
                outcome = mine.points.containsAll(points) ? PullResult.Outcome.UNCHANGED : PullResult.Outcome.FILLED;
            }
            if (outcome != PullResult.Outcome.UNCHANGED) {
                write(item.to().value(), points.toArray(String[]::new));
            }
        }
        Optional<String> named = Optional.of("v" + version);
        if (unversioned.merge(item.to().value(), -1, Integer::sum) >= 0) {
            named = Optional.empty();
        }
        return PullResult.stored(
                index,
                outcome,
                100,
                100,
                named,
                leftBehind.getOrDefault(item.to().value(), 0L));
    }

    /** The result of an item that failed. */
    public static PullResult failed(int index, ItemFailure.Reason reason, String message) {
        return PullResult.failed(index, 0, 0, new ItemFailure(reason, message));
    }

    @Override
    public void deleteUnchanged(DeleteRequest request, Consumer<DeleteResult> results) throws AgentException {
        needVersion2();
        enter("deleteUnchanged", "");
        List<DeleteResult> done = new ArrayList<>();
        for (int i = 0; i < request.items().size(); i++) {
            DeleteItem item = request.items().get(i);
            enter("deleteItem", item.metric().value());
            synchronized (this) {
                File file = files.get(item.metric().value());
                if (file == null) {
                    done.add(DeleteResult.gone(i, DeleteResult.Outcome.ABSENT));
                } else if (!item.version().equals("v" + file.version)) {
                    done.add(DeleteResult.kept(
                            i, new ItemFailure(ItemFailure.Reason.CHANGED, item.metric() + " was written meanwhile")));
                } else {
                    files.remove(item.metric().value());
                    done.add(DeleteResult.gone(i, DeleteResult.Outcome.DELETED));
                }
            }
        }
        done.forEach(results);
    }

    @Override
    public void modify(ModifyRequest request, Consumer<ModifyResult> results) throws AgentException {
        needVersion2();
        enter("modify", "");
        modifies.add(request);
        for (int i = 0; i < request.metrics().size(); i++) {
            String metric = request.metrics().get(i).value();
            enter("modifyItem", metric);
            ItemFailure failure = failing.get(metric);
            results.accept(
                    failure != null
                            ? ModifyResult.failed(i, failure)
                            : new ModifyResult(
                                    i,
                                    ModifyResult.Outcome.CHANGED,
                                    "1m:1d average 0.5",
                                    "1m:2d average 0.5",
                                    100,
                                    200,
                                    new PointCounts(
                                            points(metric).size(), 0, 0, 0, 0, leftBehind.getOrDefault(metric, 0L)),
                                    Optional.empty()));
        }
    }

    /** The requests to modify so far. */
    public List<ModifyRequest> modifies() {
        return List.copyOf(modifies);
    }

    @Override
    public void stat(List<MetricName> metrics, Consumer<Optional<MetricStat>> stats) throws AgentException {
        needVersion2();
        enter("statMany", "");
        metrics.forEach(metric -> stats.accept(statNow(metric)));
    }

    /** What its list of metrics lacks. */
    public void listLacks(long unreadableDirectories, Optional<String> problem) {
        unreadable = unreadableDirectories;
        listProblem = problem;
    }

    @Override
    public SpaceUsage usage(MetricQuery query, Consumer<UnreadableMetric> unreadable) throws AgentException {
        enter("usage", "");
        needVersion2();
        List<String> meant = new ArrayList<>();
        meant(query, meant::add);
        SpaceUsage usage = SpaceUsage.NONE;
        for (String name : meant) {
            ItemFailure failure = failing.get(name);
            if (failure != null) {
                unreadable.accept(new UnreadableMetric(new MetricName(name), failure.message()));
                usage = usage.plus(new SpaceUsage(0, 0, 0, 0, 1));
            } else {
                long size = statNow(new MetricName(name)).orElseThrow().size();
                usage = usage.plus(new SpaceUsage(1, size, BLOCK, 0, 0));
            }
        }
        return usage;
    }

    @Override
    public void fetch(FetchRequest request, ByteBuffer buffer, FileStreamReader.Handler files) {
        throw new UnsupportedOperationException("fetch");
    }

    @Override
    public void store(StoreRequest request, ByteBuffer buffer, Files files, Consumer<PullResult> results) {
        throw new UnsupportedOperationException("store");
    }

    @Override
    public DaemonStatus status() throws AgentException {
        needVersion2();
        enter("status", "");
        return new DaemonStatus("test", cluster.now(), metrics().size(), true, 0, 0, 0, unreadable, listProblem);
    }

    @Override
    public void close() {
        calls.add("close");
    }
}
