package org.buckytools.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.buckytools.protocol.ErrorBody;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    private static final List<ErrorBody> MESSAGES =
            List.of(new ErrorBody("one\n", false), new ErrorBody("end", true), new ErrorBody("é", true));

    @Test
    void areOneMessageALineAndAnEnd() throws IOException {
        assertThat(new String(written(), StandardCharsets.UTF_8)).isEqualTo("""
                        {"error":"one\\n","retryable":false}
                        {"error":"end","retryable":true}
                        {"error":"é","retryable":true}
                        {"end":true}
                        """);
        assertThat(readAll(written())).isEqualTo(MESSAGES);
    }

    @Test
    void anAnswerWithoutMessagesIsAnEndAlone() throws IOException {
        assertThat(readAll("{\"end\":true}\n".getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void aCutAnswerIsToldFromAWholeOne() throws IOException {
        byte[] whole = written();
        int withoutNewline = whole.length - 1;
        for (int length = 0; length < withoutNewline; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> readAll(cut)).as("%d bytes", length).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void nullStandsForAnElementThatIsNotThere() throws IOException {
        byte[] lines = "null\n{\"error\":\"e\"}\n{\"end\":true}\n".getBytes(StandardCharsets.UTF_8);
        try (JsonLinesReader<Optional<ErrorBody>> reader = new JsonLinesReader<>(
                new ByteArrayInputStream(lines),
                "the answer",
                input -> input.isNull() ? Optional.empty() : Optional.of(ErrorBody.read(input)))) {
            assertThat(reader.next()).contains(Optional.empty());
            assertThat(reader.next()).contains(Optional.of(new ErrorBody("e", false)));
            assertThat(reader.next()).isEmpty();
            assertThat(reader.next()).isEmpty();
        }
    }

    @Test
    void whatIsNoSuchAnswerIsRefused() {
        for (String bad : List.of(
                "<html>",
                "{\"error\":1}\n",
                "[]\n",
                "{\"end\":false}\n",
                "{\"end\":true}{}",
                "{\"end\":1}",
                "{}\n",
                "nul\n")) {
            assertThatThrownBy(() -> readAll(bad.getBytes(StandardCharsets.UTF_8)))
                    .as(bad)
                    .isInstanceOf(MalformedMessageException.class);
        }
    }

    @Test
    void aLineWithoutEndIsRefused() {
        InputStream endless =
                new ByteArrayInputStream(("{\"x\":[" + " ".repeat(1 << 20)).getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> new JsonLinesReader<>(endless, "the answer", ErrorBody::read).next())
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("the answer has a line of more than 131072 bytes");
    }

    @Test
    void linesAreMeasuredEachByItself() throws IOException {
        String message = "{\"error\":\"e\",\"retryable\":true";
        String longest = message + " ".repeat(JsonLinesReader.MAX_LINE_BYTES - message.length() - 1) + "}\n";
        String many = "\n" + longest + longest + "\n" + longest;
        assertThat(readAll((many + "{\"end\":true}\n").getBytes(StandardCharsets.UTF_8)))
                .hasSize(3);
        assertThatThrownBy(() -> readAll((many + " " + longest).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("the answer has a line of more than 131072 bytes");
    }

    @Test
    void aMessageIsHandedOnBeforeTheNextIsSent() throws IOException {
        try (PipedOutputStream out = new PipedOutputStream();
                JsonLinesReader<ErrorBody> reader =
                        new JsonLinesReader<>(new PipedInputStream(out), "the answer", ErrorBody::read)) {
            JsonLinesWriter writer = new JsonLinesWriter(out);
            for (ErrorBody message : MESSAGES) {
                writer.write(message);
                writer.flush();
                assertThat(reader.next()).contains(message);
            }
        }
    }

    private static byte[] written() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonLinesWriter writer = new JsonLinesWriter(bytes)) {
            for (ErrorBody message : MESSAGES) {
                writer.write(message);
            }
            writer.end();
        }
        return bytes.toByteArray();
    }

    private static List<ErrorBody> readAll(byte[] lines) throws IOException {
        List<ErrorBody> read = new ArrayList<>();
        try (JsonLinesReader<ErrorBody> reader =
                new JsonLinesReader<>(new ByteArrayInputStream(lines), "the answer", ErrorBody::read)) {
            reader.readAll(read::add);
        }
        return read;
    }
}
