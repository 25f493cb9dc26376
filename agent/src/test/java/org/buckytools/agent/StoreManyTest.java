package org.buckytools.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.buckytools.agent.http.RawHttp.Answer;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.client.ClientOptions;
import org.buckytools.protocol.client.HttpAgentClients;
import org.buckytools.protocol.json.JsonLinesReader;
import org.buckytools.protocol.transfer.FileStreamFormat;
import org.buckytools.protocol.transfer.FileStreamWriter;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.PullResult.Outcome;
import org.buckytools.protocol.transfer.StoreRequest;
import org.buckytools.protocol.transfer.StreamedFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code POST /v2/store}: a real daemon, asked by the real client and by hand. */
@Timeout(60)
class StoreManyTest {
    @TempDir
    private Path directory;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
    private HttpAgentClients clients;
    private RunningAgent agent;
    private AgentClient client;

    @BeforeEach
    void start() throws IOException {
        agent = RunningAgent.start(directory.resolve("store"));
        clients = new HttpAgentClients(ClientOptions.DEFAULT, InstantSource.system());
        client = clients.connect(agent.daemon());
    }

    @AfterEach
    void stop() {
        clients.close();
        agent.close();
    }

    private static StoreRequest request(String... metrics) {
        return new StoreRequest(Arrays.stream(metrics).map(MetricName::new).toList());
    }

    private static void file(FileStreamWriter writer, int index, byte[] content) throws IOException {
        writer.file(new StreamedFile(index, 0640, 1_700_000_000, content.length, Optional.empty()));
        writer.chunk(0, ByteBuffer.wrap(content));
        writer.fileEnd();
    }

    private List<PullResult> store(StoreRequest request, AgentClient.Files files) throws IOException {
        TreeMap<Integer, PullResult> results = new TreeMap<>();
        client.store(request, buffer, files, result -> result.forEachIndex(i -> results.put(i, result)));
        assertThat(results).hasSize(request.metrics().size());
        return List.copyOf(results.values());
    }

    private byte[] whisper() throws IOException {
        return RunningAgent.whisper(directory, minute -> true);
    }

    @Test
    void createsMetricsAndFillsWhatIsThere() throws IOException {
        byte[] whole = whisper();
        byte[] half = RunningAgent.whisper(directory, minute -> minute % 2 == 0);
        agent.put("a.half", half);
        agent.put("a.whole", whole);

        List<PullResult> results = store(request("a.new", "a.half", "a.whole"), writer -> {
            for (int i = 0; i < 3; i++) {
                file(writer, i, whole);
            }
        });

        assertThat(results)
                .extracting(PullResult::outcome)
                .containsExactly(Outcome.CREATED, Outcome.FILLED, Outcome.UNCHANGED);
        assertThat(agent.content("a.new")).isEqualTo(whole);
        assertThat(Files.getPosixFilePermissions(agent.file("a.new")).toString())
                .contains("GROUP_READ");
        assertThat(RunningAgent.points(agent.content("a.half"))).isEqualTo(50);
        assertThat(agent.files()).allMatch(file -> !file.contains(".bucky-"));
    }

    @Test
    void storesManyOverOneConnection() throws IOException {
        byte[] content = whisper();
        for (int round = 0; round < 3; round++) {
            String[] names = IntStream.range(0, 700).mapToObj(i -> "many.m" + i).toArray(String[]::new);
            List<PullResult> results = store(request(names), writer -> {
                for (int i = 0; i < names.length; i++) {
                    file(writer, i, content);
                }
            });
            Outcome expected = round == 0 ? Outcome.CREATED : Outcome.UNCHANGED;
            assertThat(results).allMatch(result -> result.outcome() == expected);
        }
        assertThat(agent.files()).hasSize(700);
    }

    @Test
    void oneBadFileCostsThatOneAlone() throws IOException {
        byte[] content = whisper();
        byte[] truncated = Arrays.copyOf(content, content.length - 100);
        agent.put("a.corrupt", new byte[500]);
        agent.age("a.corrupt");

        List<PullResult> results = store(request("a.junk", "a.short", "a.corrupt", "a.gone", "a.good"), writer -> {
            file(writer, 0, "this is no Whisper file at all".getBytes(StandardCharsets.UTF_8));
            file(writer, 1, truncated);
            file(writer, 2, content);
            writer.failure(3, new ItemFailure(ItemFailure.Reason.SOURCE_UNREADABLE, "lost on the way"));
            file(writer, 4, content);
        });

        assertThat(results.stream()
                        .map(result -> result.failure()
                                .map(failure -> failure.reason().name())
                                .orElse(result.outcome().name())))
                .containsExactly(
                        "SOURCE_CORRUPT", "SOURCE_CORRUPT", "DESTINATION_CORRUPT", "SOURCE_UNREADABLE", "CREATED");
        assertThat(agent.content("a.corrupt")).isEqualTo(new byte[500]);
        assertThat(agent.files()).containsExactly("a/corrupt.wsp", "a/good.wsp");
    }

    @Test
    void leavesOutWhatIsZero() throws IOException {
        byte[] content = new byte[2_000_000];
        byte[] header = RunningAgent.whisper(directory, minute -> false);
        // One archive of as many points as fit, all empty.
        ByteBuffer.wrap(content)
                .put(Arrays.copyOf(header, 16))
                .putInt(12, 1)
                .putInt(16, 28)
                .putInt(20, 60)
                .putInt(24, (content.length - 28) / 12);
        byte[] fitting = Arrays.copyOf(content, 28 + (content.length - 28) / 12 * 12);

        List<PullResult> results = store(request("a.empty"), writer -> {
            writer.file(new StreamedFile(0, 0644, 0, fitting.length, Optional.empty()));
            writer.chunk(0, ByteBuffer.wrap(fitting, 0, 4096));
            writer.fileEnd();
        });

        assertThat(results.getFirst().wireBytes()).isEqualTo(4096);
        assertThat(agent.content("a.empty")).isEqualTo(fitting);
    }

    @Test
    void whatTheFilesThrowIsTheCallers() {
        assertThatThrownBy(() -> client.store(
                        request("a.b"),
                        buffer,
                        writer -> {
                            throw new IOException("the archive ends here");
                        },
                        result -> {}))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("the archive ends here");
    }

    @Test
    void aStreamThatBreaksOffFailsWhatHadNotCome() throws IOException {
        byte[] content = whisper();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(request("a.first", "a.second").toBodyStart());
        WritableByteChannel channel = Channels.newChannel(body);
        FileStreamWriter writer =
                new FileStreamWriter(channel::write, ByteBuffer.allocate(FileStreamFormat.MIN_BUFFER));
        file(writer, 0, content);
        writer.file(new StreamedFile(1, 0644, 0, content.length, Optional.empty()));
        writer.chunk(0, ByteBuffer.wrap(content, 0, 100));
        writer.flush();

        Answer answer = post(body.toByteArray());

        assertThat(answer.status()).isEqualTo(200);
        List<PullResult> results = new ArrayList<>();
        try (var lines =
                new JsonLinesReader<>(new ByteArrayInputStream(answer.body()), "the answer", PullResult::read)) {
            lines.readAll(results::add);
        }
        assertThat(results).hasSize(2);
        assertThat(results.get(0).outcome()).isEqualTo(Outcome.CREATED);
        assertThat(results.get(1).failure().orElseThrow().reason()).isEqualTo(ItemFailure.Reason.DAMAGED_IN_TRANSIT);
        assertThat(agent.files()).containsExactly("a/first.wsp");
    }

    @Test
    void refusesWhatIsNoRequest() throws IOException {
        assertThat(post(new byte[] {0, 0}).status()).isEqualTo(400);
        assertThat(post(new byte[] {(byte) 0xFF, 0, 0, 0}).status()).isEqualTo(400);
        assertThat(post(new byte[] {0, 0, 0, 9, '{'}).status()).isEqualTo(400);
        assertThat(post(new byte[] {0, 0, 0, 2, '{', '}'}).status()).isEqualTo(400);
        assertThat(agent.post("/v2/store", "{}").status()).isEqualTo(400);
        assertThat(agent.files()).isEmpty();
    }

    @Test
    void aRefusalReachesTheClientThatIsStillSending() {
        agent.agent().close();
        assertThatThrownBy(() -> client.store(request("a.b"), buffer, writer -> {}, result -> {}))
                .isNotInstanceOf(AgentRefusedException.class)
                .hasMessageContaining("does not answer POST /v2/store");
    }

    private Answer post(byte[] body) throws IOException {
        return agent.exchange(
                "POST /v2/store HTTP/1.1\nContent-Type: " + FileStreamFormat.CONTENT_TYPE + "\nContent-Length: "
                        + body.length + "\n",
                body);
    }
}
