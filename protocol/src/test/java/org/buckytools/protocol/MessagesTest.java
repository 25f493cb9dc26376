package org.buckytools.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.buckytools.hashring.Member;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import org.buckytools.protocol.transfer.DeleteItem;
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.ItemFailure.Reason;
import org.buckytools.protocol.transfer.MisplacedQuery;
import org.buckytools.protocol.transfer.ModifyRequest;
import org.buckytools.protocol.transfer.ModifyResult;
import org.buckytools.protocol.transfer.PointCounts;
import org.buckytools.protocol.transfer.PullItem;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.SchemaChange;
import org.buckytools.protocol.transfer.SpaceUsage;
import org.buckytools.protocol.transfer.StatRequest;
import org.buckytools.protocol.transfer.UnreadableMetric;
import org.buckytools.protocol.transfer.UsageLine;
import org.junit.jupiter.api.Test;

class MessagesTest {
    /** As {@code curl} got it from a Go daemon of the fork. */
    private static final String GO_RING = """
            {"Name":"graphite010","Nodes":[{"Server":"graphite010","Port":2003,"Instance":"a"},\
            {"Server":"fd00::1","Port":0,"Instance":""}],"Algo":"jump_fnv1a","Replicas":1}
            """;

    private static final RingDescription RING = new RingDescription(
            "graphite010",
            List.of(new Member("graphite010", 2003, Optional.of("a")), new Member("fd00::1", 0, Optional.empty())),
            "jump_fnv1a",
            1,
            Optional.of("carbon1"),
            Optional.of(true),
            2,
            Optional.of("buckyd 1"),
            OptionalInt.of(16));

    private static final MetricName NAME = new MetricName("a.b é\"\\<&>.c;d=e%");
    private static final ItemFailure FAILURE = new ItemFailure(Reason.SOURCE_CORRUPT, "a.b on h:1: no header");

    /** Each message with its JSON as it is written. */
    record Example<T extends JsonMessage>(T message, Json.Reader<T> reader, String json) {}

    private static final List<Example<?>> EXAMPLES = List.of(
            new Example<>(RING, RingDescription::read, """
                    {"Name":"graphite010","Nodes":[{"Server":"graphite010","Port":2003,"Instance":"a"},\
                    {"Server":"fd00::1","Port":0,"Instance":""}],"Algo":"jump_fnv1a","Replicas":1,\
                    "Ring":"carbon1","DiverseReplicas":true,"Api":2,"Software":"buckyd 1","Processors":16}"""),
            new Example<>(
                    new FillTimings(1, 2, 3, 4, 5),
                    FillTimings::read,
                    "{\"Download\":1,\"Dump\":2,\"Fill\":3,\"Compress\":4,\"Copy\":5}"),
            new Example<>(
                    new FillTimings(1, 2, 3, 4, 5).withLeftBehind(6),
                    FillTimings::read,
                    "{\"Download\":1,\"Dump\":2,\"Fill\":3,\"Compress\":4,\"Copy\":5,\"LeftBehind\":6}"),
            new Example<>(
                    new MetricStat(NAME, 1359400, 0640, 1448733042, Encoding.SNAPPY),
                    input -> MetricStat.readNullable(input).orElseThrow(),
                    "{\"Name\":\"a.b é\\\"\\\\<&>.c;d=e%\",\"Size\":1359400,\"Mode\":416,\"ModTime\":1448733042,"
                            + "\"Encoding\":1}"),
            new Example<>(
                    new DaemonStatus("buckyd 1", 17, 18, true, 19, 20, 21, 22, Optional.of("why")),
                    DaemonStatus::read,
                    "{\"software\":\"buckyd 1\",\"now\":17,\"metrics\":18,\"inventory\":\"ready\",\"inventoryAge\":19,"
                            + "\"strangeNames\":20,\"unplaceable\":21,\"unreadable\":22,\"problem\":\"why\"}"),
            new Example<>(
                    new ErrorBody("no such host", true),
                    ErrorBody::read,
                    "{\"error\":\"no such host\",\"retryable\":true}"),
            new Example<>(
                    new MisplacedQuery(RING, "graphite010", Optional.of("^a"), List.of("carbon."), true, false),
                    MisplacedQuery::read,
                    "{\"ring\":" + Json.toAscii(RING)
                            + ",\"host\":\"graphite010\",\"regex\":\"^a\",\"exceptPrefixes\":[\"carbon.\"],"
                            + "\"namesOnly\":true,\"rescan\":false}"),
            new Example<>(
                    new ModifyRequest(
                            new SchemaChange(
                                    Optional.of(new SchemaChange.Resize(1, "5m:1y")),
                                    List.of("1h:5y"),
                                    List.of("10s:1h"),
                                    Optional.of("sum"),
                                    Optional.of(0.25),
                                    true),
                            false,
                            OptionalLong.of(17),
                            List.of(new MetricName("a"), NAME)),
                    ModifyRequest::read,
                    "{\"change\":{\"index\":1,\"retention\":\"5m:1y\",\"add\":[\"1h:5y\"],\"drop\":[\"10s:1h\"],"
                            + "\"aggregation\":\"sum\",\"xFilesFactor\":0.25,\"keepValues\":true},\"dryRun\":false,"
                            + "\"now\":17,\"metrics\":[\"a\",\"a.b é\\\"\\\\<&>.c;d=e%\"]}"),
            new Example<>(
                    new ModifyRequest(
                            new SchemaChange(
                                    Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.empty(), false),
                            true,
                            OptionalLong.empty(),
                            List.of(new MetricName("a"))),
                    ModifyRequest::read,
                    "{\"change\":{\"add\":[],\"drop\":[],\"keepValues\":false},\"dryRun\":true,\"metrics\":[\"a\"]}"),
            new Example<>(
                    new ModifyResult(
                            3,
                            ModifyResult.Outcome.CHANGED,
                            "1m:1h average 0.5",
                            "1m:1d sum 0",
                            748,
                            17308,
                            new PointCounts(1, 2, 3, 4, 5, 6),
                            Optional.empty()),
                    ModifyResult::read,
                    "{\"i\":3,\"outcome\":\"CHANGED\",\"before\":\"1m:1h average 0.5\",\"after\":\"1m:1d sum 0\","
                            + "\"sizeBefore\":748,\"sizeAfter\":17308,\"kept\":1,\"aggregated\":2,\"placed\":3,"
                            + "\"converted\":4,\"condensed\":5,\"lost\":6}"),
            new Example<>(
                    ModifyResult.failed(3, FAILURE),
                    ModifyResult::read,
                    "{\"i\":3,\"outcome\":\"FAILED\",\"reason\":\"SOURCE_CORRUPT\",\"message\":\"a.b on h:1: no header\"}"),
            new Example<>(
                    new DeleteRequest(List.of(new DeleteItem(new MetricName("a"), "1-2")), false),
                    DeleteRequest::read,
                    "{\"items\":[[\"a\",\"1-2\"]]}"),
            new Example<>(
                    new DeleteRequest(List.of(new DeleteItem(new MetricName("a"), "1-2")), true),
                    DeleteRequest::read,
                    "{\"atOnce\":true,\"items\":[[\"a\",\"1-2\"]]}"),
            new Example<>(
                    DeleteResult.gone(3, DeleteResult.Outcome.DELETED),
                    DeleteResult::read,
                    "{\"i\":3,\"outcome\":\"DELETED\"}"),
            new Example<>(
                    DeleteResult.gone(3, DeleteResult.Outcome.ABSENT).of(5),
                    DeleteResult::read,
                    "{\"i\":3,\"n\":5,\"outcome\":\"ABSENT\"}"),
            new Example<>(
                    DeleteResult.kept(3, FAILURE),
                    DeleteResult::read,
                    "{\"i\":3,\"outcome\":\"KEPT\",\"reason\":\"SOURCE_CORRUPT\",\"message\":\"a.b on h:1: no header\"}"),
            new Example<>(
                    new PullRequest(
                            new DaemonAddress("fd00::1", 4242),
                            false,
                            false,
                            1,
                            List.of(new PullItem(new MetricName("a"), new MetricName("b")))),
                    PullRequest::read,
                    "{\"source\":\"[fd00::1]:4242\",\"encoded\":false,\"items\":[[\"a\",\"b\"]]}"),
            new Example<>(
                    new PullRequest(
                            new DaemonAddress("h", 1),
                            true,
                            true,
                            3,
                            List.of(new PullItem(new MetricName("a"), new MetricName("a")))),
                    PullRequest::read,
                    "{\"source\":\"h:1\",\"encoded\":true,\"remove\":true,\"atOnce\":3,\"items\":[\"a\"]}"),
            new Example<>(
                    PullResult.stored(0, PullResult.Outcome.CREATED, 5, 4, Optional.of("v"), 0)
                            .afterRemoval()
                            .of(7),
                    PullResult::read,
                    "{\"i\":0,\"n\":7,\"outcome\":\"CREATED\",\"size\":5,\"wire\":4,\"leftBehind\":0,\"removed\":true}"),
            new Example<>(
                    PullResult.stored(0, PullResult.Outcome.FILLED, 5, 4, Optional.of("v"), 3),
                    PullResult::read,
                    "{\"i\":0,\"outcome\":\"FILLED\",\"size\":5,\"wire\":4,\"version\":\"v\",\"leftBehind\":3}"),
            new Example<>(
                    PullResult.failed(0, 0, 0, FAILURE),
                    PullResult::read,
                    "{\"i\":0,\"outcome\":\"FAILED\",\"size\":0,\"wire\":0,\"leftBehind\":0,"
                            + "\"reason\":\"SOURCE_CORRUPT\",\"message\":\"a.b on h:1: no header\"}"),
            new Example<>(new StatRequest(List.of(new MetricName("a"))), StatRequest::read, "{\"metrics\":[\"a\"]}"),
            new Example<UsageLine>(
                    new SpaceUsage(1, 2, 3, 4, 5),
                    UsageLine::read,
                    "{\"metrics\":1,\"bytes\":2,\"allocated\":3,\"absent\":4,\"unreadable\":5}"),
            new Example<UsageLine>(
                    new UnreadableMetric(new MetricName("a"), "no permission"),
                    UsageLine::read,
                    "{\"m\":\"a\",\"message\":\"no permission\"}"),
            new Example<>(
                    new FetchRequest(true, List.of(new MetricName("a"))),
                    FetchRequest::read,
                    "{\"encoded\":true,\"encodings\":[\"zstd-points\"],\"metrics\":[\"a\"]}"));

    @Test
    void areWrittenAsDescribedAndReadBack() throws IOException {
        for (Example<?> example : EXAMPLES) {
            assertThat(new String(Json.toBytes(example.message()), StandardCharsets.UTF_8))
                    .isEqualTo(example.json());
            assertThat(read(example, example.json().getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(example.message());
        }
    }

    @Test
    void skipFieldsTheyDoNotKnow() throws IOException {
        for (Example<?> example : EXAMPLES) {
            String newer = "{\"new\":[{\"x\":[1,2.5e3,null]}]," + example.json().substring(1);
            assertThat(read(example, newer.getBytes(StandardCharsets.UTF_8))).isEqualTo(example.message());
        }
    }

    @Test
    void areRefusedWhereverTheyAreCut() {
        for (Example<?> example : EXAMPLES) {
            byte[] whole = example.json().getBytes(StandardCharsets.UTF_8);
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> read(example, cut)).isInstanceOf(MalformedMessageException.class);
            }
        }
    }

    @Property(tries = 3000)
    void anyDamageIsRefusedWithATypedExceptionOrReadAsAMessage(
            @ForAll("examples") Example<?> example, @ForAll int place, @ForAll byte damage) {
        byte[] bytes = example.json().getBytes(StandardCharsets.UTF_8);
        bytes[Math.floorMod(place, bytes.length)] = damage;
        readAnything(example, bytes);
    }

    @Property(tries = 2000)
    void anyBytesAreRefusedWithATypedExceptionOrReadAsAMessage(
            @ForAll("examples") Example<?> example, @ForAll byte[] bytes) {
        readAnything(example, bytes);
    }

    @Property(tries = 3000)
    void anyJsonIsRefusedWithATypedExceptionOrReadAsAMessage(
            @ForAll("examples") Example<?> example, @ForAll("tokens") String json) {
        readAnything(example, json.getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<Example<?>> examples() {
        return Arbitraries.of(EXAMPLES);
    }

    @Provide
    Arbitrary<String> tokens() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        ":",
                        "\"a\"",
                        "\"i\"",
                        "\"Nodes\"",
                        "\"items\"",
                        "\"Size\"",
                        "\"m\"",
                        "1",
                        "-1",
                        "1e400",
                        "99999999999999999999",
                        "null",
                        "true",
                        "\"\\ud800\"",
                        "\"\"")
                .list()
                .ofMaxSize(12)
                .map(tokens -> "{" + String.join("", tokens));
    }

    private static void readAnything(Example<?> example, byte[] bytes) {
        try {
            assertThat(read(example, bytes)).isNotNull();
        } catch (IOException e) {
            assertThat(e).isInstanceOf(MalformedMessageException.class);
        }
    }

    private static Object read(Example<?> example, byte[] bytes) throws IOException {
        Object fromArray = Json.read(bytes, "the example", example.reader());
        assertThat(Json.<Object>read(new ByteArrayInputStream(bytes), "the example", example.reader()::read))
                .isEqualTo(fromArray);
        return fromArray;
    }

    @Test
    void readTheRingOfAGoDaemon() throws IOException {
        RingDescription ring = Json.read(GO_RING, "the ring", RingDescription::read);
        assertThat(ring.name()).isEqualTo("graphite010");
        assertThat(ring.nodes()).isEqualTo(RING.nodes());
        assertThat(ring.algo()).isEqualTo("jump_fnv1a");
        assertThat(ring.api()).isEqualTo(1);
        assertThat(ring.ring()).isEmpty();
        assertThat(ring.diverseReplicas()).isEmpty();
        assertThat(ring.software()).isEmpty();
    }

    @Test
    void sayWhatIsWrongAndWhere() {
        assertThatThrownBy(() -> Json.read(
                        GO_RING.replace("2003", "\"x\""), "the answer to GET /hashring", RingDescription::read))
                .hasMessage("the answer to GET /hashring at /Nodes/0/Port: expected a whole number, found a text");
        assertThatThrownBy(() -> Json.read("{\"Nodes\":[]}", "the ring", RingDescription::read))
                .hasMessageContaining("the field Algo is missing");
        assertThatThrownBy(() -> Json.read("<html>\u0007", "the ring", RingDescription::read))
                .hasMessageStartingWith("the ring is not the JSON it should be at line 1, column 1: Unexpected");
        assertThatThrownBy(() -> Json.read("{} {}", "it", FillTimings::read)).hasMessage("it goes on behind its end");
        assertThatThrownBy(() -> Json.read("", "it", FillTimings::read)).hasMessage("it is empty");
    }

    @Test
    void refuseMoreElementsThanAllowed() {
        List<String> items = new ArrayList<>();
        for (int i = 0; i <= StatRequest.MAX_ITEMS; i++) {
            items.add("\"a" + i + "\"");
        }
        String json = "{\"metrics\":[" + String.join(",", items) + "]}";
        assertThatThrownBy(() -> Json.read(json, "the request", StatRequest::read))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("more than 4096 elements");
    }

    @Test
    void refuseTextsAndNestingWithoutBound() {
        assertThatThrownBy(() -> Json.read("{\"error\":\"" + "x".repeat(100_000) + "\"}", "it", ErrorBody::read))
                .isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> Json.read("{\"x\":" + "[".repeat(100_000), "it", ErrorBody::read))
                .isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> Json.read("{\"retryable\":" + "1".repeat(100_000), "it", ErrorBody::read))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void passOnWhatTheSourceThrows() {
        IOException broken = new IOException("connection reset");
        InputStream source = new Broken(broken);
        assertThatThrownBy(() -> Json.read(source, "it", ErrorBody::read)).isSameAs(broken);
    }

    @Test
    void aStatHeaderIsAsciiAndReadsAsGoWritesIt() throws IOException {
        MetricName name = new MetricName("a<b>&é.😀");
        MetricStat stat = new MetricStat(name, 1359400, 0644, 1448733042, Encoding.IDENTITY);
        assertThat(stat.toHeader())
                .isEqualTo("{\"Name\":\"a<b>&\\u00E9.\\uD83D\\uDE00\",\"Size\":1359400,\"Mode\":420,"
                        + "\"ModTime\":1448733042,\"Encoding\":0}");
        assertThat(MetricStat.ofHeader(stat.toHeader(), name)).contains(stat);
        String go = "{\"Name\":\"a\\u003cb\\u003e\\u0026é.😀\",\"Size\":1359400,\"Mode\":420,"
                + "\"ModTime\":1448733042,\"Encoding\":0}";
        assertThat(MetricStat.ofHeader(go, name)).contains(stat);
        String latin = new String(go.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(MetricStat.ofHeader(latin, name)).contains(stat);
        assertThat(Json.read(go, "it", MetricStat::readNullable)).contains(stat);
    }

    @Test
    void aStatHeaderOfNullIsNone() throws IOException {
        assertThat(MetricStat.ofHeader("null", NAME)).isEmpty();
    }

    @Test
    void aStatHeaderNeedsASizeAndKeepsOnlyPermissionBits() throws IOException {
        assertThatThrownBy(() -> MetricStat.ofHeader("{}", NAME))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("Size is missing");
        assertThatThrownBy(() -> MetricStat.ofHeader("{\"Size\":-1}", NAME))
                .isInstanceOf(MalformedMessageException.class);
        assertThat(MetricStat.ofHeader("{\"Size\":29}", NAME))
                .contains(new MetricStat(NAME, 29, 0644, 0, Encoding.IDENTITY));
        assertThat(MetricStat.ofHeader("{\"Size\":29,\"Mode\":8389024}", NAME)
                        .orElseThrow()
                        .mode())
                .as("Go's own bit for setuid is not ours")
                .isEqualTo(0640);
    }

    @Test
    void aReasonOfANewerDaemonCountsAsInternal() throws IOException {
        assertThat(Json.read(
                                "{\"i\":1,\"outcome\":\"KEPT\",\"reason\":\"MOON_PHASE\",\"message\":\"m\"}",
                                "it",
                                DeleteResult::read)
                        .failure())
                .contains(new ItemFailure(Reason.INTERNAL, "m"));
    }

    @Test
    void aLongFailureIsCut() {
        ItemFailure failure =
                new ItemFailure(Reason.INTERNAL, "x".repeat(ItemFailure.MAX_MESSAGE - 2) + "😀".repeat(9));
        assertThat(failure.message()).hasSize(ItemFailure.MAX_MESSAGE - 1).endsWith("x…");
    }

    @Test
    void aVersionsTokenReadsBackAndNothingElseDoes() {
        var version = new FileVersion(-1, 2, 3, 4, 5);
        assertThat(FileVersion.ofToken(version.token())).isEqualTo(version);
        for (String bad : List.of("", "1-2-3-4", "1-2-3-4-5-6", "x-2-3-4-5", "1-2-3-4-")) {
            assertThatThrownBy(() -> FileVersion.ofToken(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static final class Broken extends InputStream {
        private final IOException failure;

        Broken(IOException failure) {
            this.failure = failure;
        }

        @Override
        public int read() throws IOException {
            throw failure;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            throw failure;
        }
    }
}
