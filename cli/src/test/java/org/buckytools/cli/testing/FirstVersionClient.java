package org.buckytools.cli.testing;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.DaemonStatus;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.NameSink;
import org.buckytools.protocol.OwnedNameSink;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.Download;
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.MisplacedQuery;
import org.buckytools.protocol.transfer.ModifyRequest;
import org.buckytools.protocol.transfer.ModifyResult;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.SpaceUsage;
import org.buckytools.protocol.transfer.StoreRequest;
import org.buckytools.protocol.transfer.UnreadableMetric;

/** Makes a daemon look like one of the Go tools: it says so itself, and has nothing but version 1. */
public final class FirstVersionClient implements AgentClient {
    private final AgentClient client;

    /** Asks that daemon. */
    public FirstVersionClient(AgentClient client) {
        this.client = client;
    }

    private static UnsupportedOperationException unknown() {
        return new UnsupportedOperationException("a daemon of version 1 has no such call");
    }

    @Override
    public RingDescription ring() throws AgentException {
        RingDescription ring = client.ring();
        return new RingDescription(
                ring.name(),
                ring.nodes(),
                ring.algo(),
                ring.replicas(),
                ring.ring(),
                ring.diverseReplicas(),
                1,
                Optional.empty(),
                OptionalInt.empty());
    }

    @Override
    public DaemonAddress address() {
        return client.address();
    }

    @Override
    public void list(MetricQuery query, NameSink names) throws AgentException {
        client.list(query, names);
    }

    @Override
    public Optional<MetricStat> stat(MetricName metric) throws AgentException {
        return client.stat(metric);
    }

    @Override
    public Optional<Download> get(MetricName metric, boolean encoded) throws AgentException {
        return client.get(metric, encoded);
    }

    @Override
    public FillTimings fill(MetricName metric, MetricStat stat, Upload body) throws AgentException {
        return client.fill(metric, stat, body);
    }

    @Override
    public FillTimings replace(MetricName metric, MetricStat stat, Upload body) throws AgentException {
        return client.replace(metric, stat, body);
    }

    @Override
    public boolean delete(MetricName metric) throws AgentException {
        return client.delete(metric);
    }

    @Override
    public Optional<FillTimings> fetchOffload(MetricName to, DaemonAddress source, MetricName from, boolean encoded)
            throws AgentException {
        return client.fetchOffload(to, source, from, encoded);
    }

    @Override
    public DaemonStatus status() {
        throw unknown();
    }

    @Override
    public void misplaced(MisplacedQuery query, OwnedNameSink metrics) {
        throw unknown();
    }

    @Override
    public void misplacedNames(MisplacedQuery query, NameSink names) {
        throw unknown();
    }

    @Override
    public void pull(PullRequest request, Consumer<PullResult> results) {
        throw unknown();
    }

    @Override
    public void deleteUnchanged(DeleteRequest request, Consumer<DeleteResult> results) {
        throw unknown();
    }

    @Override
    public void modify(ModifyRequest request, Consumer<ModifyResult> results) {
        throw unknown();
    }

    @Override
    public void stat(List<MetricName> metrics, Consumer<Optional<MetricStat>> stats) {
        throw unknown();
    }

    @Override
    public SpaceUsage usage(MetricQuery query, Consumer<UnreadableMetric> unreadable) {
        throw unknown();
    }

    @Override
    public void fetch(FetchRequest request, ByteBuffer buffer, FileStreamReader.Handler files) {
        throw unknown();
    }

    @Override
    public void store(StoreRequest request, ByteBuffer buffer, Files files, Consumer<PullResult> results) {
        throw unknown();
    }

    @Override
    public void close() {
        client.close();
    }
}
