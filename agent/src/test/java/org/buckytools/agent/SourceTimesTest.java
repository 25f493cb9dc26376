package org.buckytools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.buckytools.agent.http.RawHttp.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon with {@code --mtime}. */
class SourceTimesTest {
    private static final long LONG_AGO = 1_448_733_042;

    @TempDir
    private Path directory;

    private RunningAgent source;
    private RunningAgent agent;

    @BeforeEach
    void start() throws IOException {
        source = RunningAgent.start(directory.resolve("source"));
        Files.createDirectory(directory.resolve("tmp"));
        agent = RunningAgent.start(
                directory.resolve("store"),
                config -> config.withStore(config.store().withSourceTimes(true))
                        .withAllowedSources(List.of(source.daemon())));
    }

    @AfterEach
    void stop() {
        agent.close();
        source.close();
    }

    private static long secondsOf(RunningAgent at, String metric) throws IOException {
        return Files.getLastModifiedTime(at.file(metric)).to(TimeUnit.SECONDS);
    }

    private static Answer upload(RunningAgent to, String method, String metric, byte[] content, long modTime)
            throws IOException {
        Answer answer = to.exchange(
                method + " /metrics/" + metric
                        + " HTTP/1.1\nContent-Type: application/octet-stream\nX-Metric-Stat: {\"Name\":\""
                        + metric + "\",\"Size\":" + content.length + ",\"Mode\":420,\"ModTime\":" + modTime
                        + ",\"Encoding\":0}\nContent-Length: " + content.length + "\n",
                content);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }

    private String pull(String metric) throws IOException {
        Answer answer = agent.post(
                "/v2/pull",
                "{\"source\":\"" + source.daemon() + "\",\"items\":[[\"" + metric + "\",\"" + metric + "\"]]}");
        return answer.text();
    }

    @Test
    void aFileHasTheTimeOfItsSourceHoweverItCame() throws IOException {
        byte[] some = RunningAgent.whisper(directory, minute -> minute % 2 == 0);
        byte[] others = RunningAgent.whisper(directory, minute -> minute % 3 == 0);
        upload(agent, "POST", "made", some, LONG_AGO);
        assertThat(secondsOf(agent, "made")).isEqualTo(LONG_AGO);
        upload(agent, "POST", "made", others, LONG_AGO + 1);
        assertThat(secondsOf(agent, "made")).as("filled").isEqualTo(LONG_AGO + 1);
        upload(agent, "POST", "made", others, LONG_AGO - 7);
        assertThat(secondsOf(agent, "made")).as("it lacked nothing").isEqualTo(LONG_AGO - 7);
        upload(agent, "PUT", "made", others, LONG_AGO + 2);
        assertThat(secondsOf(agent, "made")).as("replaced").isEqualTo(LONG_AGO + 2);
        assertThat(agent.ask("HEAD", "/metrics/made").headers().get("x-metric-stat"))
                .contains("\"ModTime\":" + (LONG_AGO + 2) + ",");
        upload(agent, "PUT", "new", others, LONG_AGO);
        assertThat(secondsOf(agent, "new")).isEqualTo(LONG_AGO);

        source.put("pulled", some);
        Files.setLastModifiedTime(source.file("pulled"), FileTime.from(LONG_AGO, TimeUnit.SECONDS));
        assertThat(pull("pulled")).contains("CREATED");
        assertThat(secondsOf(agent, "pulled")).isEqualTo(LONG_AGO);
        agent.put("pulled", others);
        assertThat(pull("pulled")).contains("FILLED");
        assertThat(secondsOf(agent, "pulled")).isEqualTo(LONG_AGO);
        Answer offloaded =
                agent.ask("POST", "/metrics/offloaded?fetch_offload=true&metric=pulled&server=" + source.daemon());
        assertThat(offloaded.status()).isEqualTo(200);
        assertThat(secondsOf(agent, "offloaded")).isEqualTo(LONG_AGO);
    }

    @Test
    void aSourceThatDoesNotSayItsTimeChangesNone() throws IOException {
        upload(agent, "POST", "a", RunningAgent.whisper(directory, minute -> true), 0);
        assertThat(Files.getLastModifiedTime(agent.file("a")).toInstant())
                .isCloseTo(Instant.now(), org.assertj.core.api.Assertions.within(Duration.ofMinutes(1)));
    }

    @Test
    void withoutTheFlagAFileHasTheTimeOfItsWriting() throws IOException {
        upload(source, "POST", "a", RunningAgent.whisper(directory, minute -> true), LONG_AGO);
        assertThat(Files.getLastModifiedTime(source.file("a")).toInstant())
                .isCloseTo(Instant.now(), org.assertj.core.api.Assertions.within(Duration.ofMinutes(1)));
    }

    @Test
    void twoContentsOfTheSameSecondAreTwoVersions() throws IOException {
        upload(agent, "POST", "a", RunningAgent.whisper(directory, minute -> minute % 2 == 0), LONG_AGO);
        String before = agent.ask("GET", "/metrics/a").headers().get("x-metric-version");
        upload(agent, "POST", "a", RunningAgent.whisper(directory, minute -> minute % 3 == 0), LONG_AGO);
        byte[] filled = agent.content("a");
        assertThat(before).isNotNull();
        assertThat(agent.post("/v2/delete", "{\"items\":[[\"a\",\"" + before + "\"]]}")
                        .text())
                .contains("\"KEPT\",\"reason\":\"CHANGED\"");
        assertThat(agent.content("a")).isEqualTo(filled);
        String after = agent.ask("GET", "/metrics/a").headers().get("x-metric-version");
        assertThat(agent.post("/v2/delete", "{\"items\":[[\"a\",\"" + after + "\"]]}")
                        .text())
                .contains("\"DELETED\"");
    }
}
