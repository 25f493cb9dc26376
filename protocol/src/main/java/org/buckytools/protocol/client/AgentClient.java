package org.buckytools.protocol.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.FileStreamWriter;
import org.buckytools.protocol.transfer.MisplacedQuery;
import org.buckytools.protocol.transfer.ModifyRequest;
import org.buckytools.protocol.transfer.ModifyResult;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.SpaceUsage;
import org.buckytools.protocol.transfer.StoreRequest;
import org.buckytools.protocol.transfer.UnreadableMetric;

/**
 * One daemon. Blocking; safe for use by many threads at once; an interrupt ends the call with an
 * {@link AgentInterruptedException}. Streams call their consumer on the calling thread and hold no more than one
 * element. Whether a daemon has the calls of version 2 is told by {@link RingDescription#api()}.
 */
public interface AgentClient extends AutoCloseable {

    /** Where it listens. */
    DaemonAddress address();

    /** {@code GET /hashring}. */
    RingDescription ring() throws AgentException;

    /**
     * {@code POST /metrics}: names of the metrics meant, streamed.
     *
     * @throws InventoryNotReadyException if the daemon is still building its list
     */
    void list(MetricQuery query, NameSink names) throws AgentException;

    /** {@code HEAD /metrics/NAME}; empty where there is no such metric. */
    Optional<MetricStat> stat(MetricName metric) throws AgentException;

    /**
     * {@code GET /metrics/NAME}. The caller closes the download.
     *
     * @param encoded whether the daemon may compress
     * @return empty where there is no such metric
     */
    Optional<Download> get(MetricName metric, boolean encoded) throws AgentException;

    /**
     * {@code POST /metrics/NAME}: fills the metric from a whole Whisper file, creating it if absent.
     *
     * @param stat the size of {@code body} and the mode for a new file
     */
    FillTimings fill(MetricName metric, MetricStat stat, Upload body) throws AgentException;

    /** {@code PUT /metrics/NAME}: replaces it by a whole Whisper file. */
    FillTimings replace(MetricName metric, MetricStat stat, Upload body) throws AgentException;

    /**
     * {@code DELETE /metrics/NAME}, whatever its content.
     *
     * @return whether there was such a metric
     */
    boolean delete(MetricName metric) throws AgentException;

    /**
     * {@code POST /metrics/NAME?fetch_offload=true}, version 1's way to let this daemon fetch from another one.
     *
     * @return empty if the source has no such metric
     * @throws AgentRefusedException 400 if the source could not be read, or this daemon has no such call
     *     ({@code Content-Type must be …}); 500 if it could not be stored
     */
    Optional<FillTimings> fetchOffload(MetricName to, DaemonAddress source, MetricName from, boolean encoded)
            throws AgentException;

    /** {@code GET /v2/status}. */
    DaemonStatus status() throws AgentException;

    /** {@code POST /v2/misplaced}. */
    void misplaced(MisplacedQuery query, OwnedNameSink metrics) throws AgentException;

    /** {@code POST /v2/misplaced} of a query for {@linkplain MisplacedQuery#namesOnly() names only}. */
    void misplacedNames(MisplacedQuery query, NameSink names) throws AgentException;

    /** {@code POST /v2/pull}: this daemon fetches from another one. */
    void pull(PullRequest request, Consumer<PullResult> results) throws AgentException;

    /** {@code POST /v2/delete}. */
    void deleteUnchanged(DeleteRequest request, Consumer<DeleteResult> results) throws AgentException;

    /** {@code POST /v2/modify}. */
    void modify(ModifyRequest request, Consumer<ModifyResult> results) throws AgentException;

    /** {@code POST /v2/stat}: many at once, in the order asked for; empty where there is none. */
    void stat(List<MetricName> metrics, Consumer<Optional<MetricStat>> stats) throws AgentException;

    /**
     * {@code POST /v2/usage}: how much space the metrics meant take.
     *
     * @param unreadable gets some of those that could not be measured
     * @throws InventoryNotReadyException if the daemon is still building its list
     */
    SpaceUsage usage(MetricQuery query, Consumer<UnreadableMetric> unreadable) throws AgentException;

    /**
     * {@code POST /v2/fetch}: the content of many metrics, in the order asked for.
     *
     * @param buffer direct, 256 KiB serve well; in use until the call returns
     * @throws AgentException what the daemon or the network did wrong; metrics that came whole by then did come
     * @throws IOException what {@code files} throws
     */
    void fetch(FetchRequest request, ByteBuffer buffer, FileStreamReader.Handler files) throws IOException;

    /**
     * {@code POST /v2/store}: fills many metrics from whole Whisper files, creating those that are absent.
     *
     * @param buffer direct, 256 KiB serve well; in use until the call returns
     * @param results what became of each, told when it is durable; called by another thread while files are being sent
     * @throws AgentException what the daemon or the network did wrong; results that came by then are true
     * @throws IOException what {@code files} throws
     */
    void store(StoreRequest request, ByteBuffer buffer, Files files, Consumer<PullResult> results) throws IOException;

    @Override
    void close();

    /** Files to be stored; may be asked for more than once, when the request is retried. */
    @FunctionalInterface
    interface Files {
        /** Writes a file or a failure for each metric of the request, in its order, without ending the stream. */
        void writeTo(FileStreamWriter writer) throws IOException;
    }

    /** The body of a request; may be asked for more than once, when the request is retried. */
    @FunctionalInterface
    interface Upload {
        /** Writes exactly the bytes announced to {@code sink}, without closing it. */
        void writeTo(java.io.OutputStream sink) throws IOException;

        /**
         * Gets ready to write, before each request that asks for the body; a failure ends the request before it is sent.
         *
         * @return the clock of the machine that the body is from, in Unix seconds, by which a daemon of version 2 fills if it is
         *     later than its own; empty if it is not known
         */
        default OptionalLong begin() throws AgentException {
            return OptionalLong.empty();
        }
    }
}
