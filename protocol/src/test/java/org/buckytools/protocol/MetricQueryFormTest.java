package org.buckytools.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.buckytools.protocol.json.MalformedMessageException;
import org.junit.jupiter.api.Test;

class MetricQueryFormTest {
    private final List<String> names = new ArrayList<>();

    @Test
    void isWrittenAsAFormThatGoReads() throws IOException {
        assertThat(written(new MetricQuery(Optional.of("^a.*é$"), Optional.of(List.of("a b", "c+")), true)))
                .isEqualTo("force=1&regex=%5Ea.%2A%C3%A9%24&list=%5B%22a+b%22%2C%22c%2B%22%5D");
        assertThat(written(MetricQuery.ALL)).isEmpty();
    }

    @Test
    void aFormGoesBeforeTheQuery() throws IOException {
        MetricQueryForm form = read("regex=q&list=%5B%22q%22%5D&force=x", "list=[\"f\"]&other=1&regex=f");
        assertThat(form).isEqualTo(new MetricQueryForm(Optional.of("f"), true, true));
        assertThat(names).containsExactly("f");
    }

    @Test
    void emptyParametersAreNone() throws IOException {
        assertThat(read("regex=&list=&force=&&x", "regex"))
                .isEqualTo(new MetricQueryForm(Optional.empty(), false, false));
        assertThat(read(null, "")).isEqualTo(new MetricQueryForm(Optional.empty(), false, false));
    }

    @Test
    void anEmptyListIsStillAList() throws IOException {
        assertThat(read(null, "list=%5B%5D")).isEqualTo(new MetricQueryForm(Optional.empty(), true, false));
    }

    @Test
    void whatIsNoFormIsRefused() {
        for (String bad : List.of(
                "regex=%",
                "regex=%2",
                "regex=%zz",
                "list=[",
                "list=x",
                "list=[1]",
                "list=[]x",
                "regex=%C3",
                "k".repeat(1000) + "=1",
                "regex=" + "x".repeat(70_000))) {
            assertThatThrownBy(() -> read(null, bad)).as(bad).isInstanceOf(MalformedMessageException.class);
        }
    }

    @Test
    void aFormWithoutEndIsRefused() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                java.util.Arrays.fill(bytes, offset, offset + length, (byte) 'x');
                return length;
            }
        };
        assertThatThrownBy(() -> MetricQueryForm.read(
                        null,
                        new java.io.SequenceInputStream(
                                new ByteArrayInputStream("unknown=".getBytes(StandardCharsets.UTF_8)), endless),
                        names::add))
                .hasMessage("Query larger than 160MiB");
    }

    @Property(tries = 200)
    void everyQueryReadsBack(@ForAll String expression, @ForAll List<String> list, @ForAll boolean rescan)
            throws IOException {
        String regex = utf8(expression);
        List<String> given = list.stream().map(MetricQueryFormTest::utf8).toList();
        String form =
                written(new MetricQuery(Optional.of(regex).filter(r -> !r.isEmpty()), Optional.of(given), rescan));
        names.clear();
        assertThat(read(null, form))
                .isEqualTo(new MetricQueryForm(Optional.of(regex).filter(r -> !r.isEmpty()), true, rescan));
        assertThat(names).isEqualTo(given);
    }

    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private MetricQueryForm read(String query, String form) throws IOException {
        return MetricQueryForm.read(query, new ByteArrayInputStream(form.getBytes(StandardCharsets.UTF_8)), names::add);
    }

    private static String written(MetricQuery query) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        MetricQueryForm.write(query, bytes);
        return bytes.toString(StandardCharsets.US_ASCII);
    }
}
