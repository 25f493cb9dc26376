package org.buckytools.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A message is UTF-8, whatever it begins with. */
class EncodingTest {
    private static final String DOCUMENT = "{\"a\":\"é\"}";

    /** The ways in which bytes become messages. */
    enum Way {
        BYTES {
            @Override
            String read(byte[] bytes) throws IOException {
                return Json.read(bytes, "the message", EncodingTest::field);
            }
        },
        STREAM {
            @Override
            String read(byte[] bytes) throws IOException {
                return Json.read(new ByteArrayInputStream(bytes), "the message", EncodingTest::field);
            }
        },
        LINES {
            @Override
            String read(byte[] bytes) throws IOException {
                try (JsonLinesReader<String> lines =
                        new JsonLinesReader<>(new ByteArrayInputStream(bytes), "the message", EncodingTest::field)) {
                    return lines.next().orElseThrow();
                }
            }
        },
        FIELDS {
            @Override
            String read(byte[] bytes) throws IOException {
                List<String> fields = new ArrayList<>();
                Json.readTextFields(
                        new ByteArrayInputStream(bytes),
                        "the message",
                        (name, value) -> fields.add(name + "=" + value));
                return fields.getFirst();
            }
        };

        abstract String read(byte[] bytes) throws IOException;
    }

    private static String field(JsonInput input) throws IOException {
        input.beginObject();
        String name = input.nextField();
        String value = input.text(text -> text);
        input.nextField();
        return name + "=" + value;
    }

    private static void isNoMessage(Way way, byte[] bytes) {
        assertThatThrownBy(() -> way.read(bytes))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith("the message");
    }

    @ParameterizedTest
    @EnumSource
    void isUtf8(Way way) throws IOException {
        assertThat(way.read(DOCUMENT.getBytes(StandardCharsets.UTF_8))).isEqualTo("a=é");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE", "ISO-8859-1"})
    void isNoOtherEncoding(String charset) {
        byte[] bytes = DOCUMENT.getBytes(Charset.forName(charset));
        for (Way way : Way.values()) {
            isNoMessage(way, bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000feff00fe0000", // begins like UTF-32, and has a character above Unicode's last
                "fffe0000ffffffff",
                "7b22c328223a2261227d",
                "7b22eda080223a2261227d", // half of a surrogate pair
                "7b22f7bfbfbf223a2261227d",
                "7b2261223a22ff227d",
            })
    void isNotBrokenUtf8(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        for (Way way : Way.values()) {
            isNoMessage(way, bytes);
        }
    }

    /** What the source itself says is not mistaken for a message's fault. */
    @Test
    void isNotBlamedForWhatTheSourceThrows() {
        IOException gone = new IOException("connection reset");
        assertThatThrownBy(() -> Json.read(
                        new InputStream() {
                            @Override
                            public int read() throws IOException {
                                throw gone;
                            }

                            @Override
                            public int read(byte[] buffer, int offset, int count) throws IOException {
                                throw gone;
                            }
                        },
                        "the message",
                        EncodingTest::field))
                .isSameAs(gone);
    }
}
