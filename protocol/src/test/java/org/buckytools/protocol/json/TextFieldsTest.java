package org.buckytools.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextFieldsTest {
    private static List<String> fields(String json) throws IOException {
        List<String> fields = new ArrayList<>();
        Json.readTextFields(
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                "the map",
                (name, value) -> fields.add(name + "=" + value));
        return fields;
    }

    @Test
    void areHandedOnInTheirOrderAlsoIfANameComesTwice() throws IOException {
        assertThat(fields("{\"b\":\"1\", \"a\":\"2\",\"b\":\"3\",\"é\\n\":\"日本\"}"))
                .containsExactly("b=1", "a=2", "b=3", "é\n=日本");
        assertThat(fields("{}")).isEmpty();
    }

    @Test
    void haveNamesAsLongAsMetricsHave() throws IOException {
        String name = "x.é".repeat(1000);
        assertThat(fields("{\"" + name + "\":\"y\"}")).containsExactly(name + "=y");
        assertThatThrownBy(() -> fields("{\"" + "x".repeat(100_000) + "\":\"y\"}"))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void saysWhereSomethingIsWrong() {
        assertThatThrownBy(() -> fields("{\"a\":\"b\",\"c\":[\"d\"]}"))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("the map at /c: expected a text, found an array");
        assertThatThrownBy(() -> Json.readTextFields(
                        new ByteArrayInputStream("{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_8)),
                        "the map",
                        (name, value) -> {
                            throw new IllegalArgumentException("no " + value);
                        }))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("the map at /a: no b");
        assertThatThrownBy(() -> fields("{\"a\":\"b\"")).isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> fields("{\"a\":\"b\"}{")).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void canBeVeryMany() throws IOException {
        StringBuilder json = new StringBuilder("{\"first\":\"x\"");
        for (int i = 0; i < 200_000; i++) {
            json.append(",\"name.").append(i).append("\":\"x\"");
        }
        assertThat(fields(json.append('}').toString())).hasSize(200_001);
    }
}
