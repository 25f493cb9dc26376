package org.buckytools.protocol.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.buckytools.protocol.MetricName;
import org.junit.jupiter.api.Test;

class TaggedSeriesTest {
    private static final String SERIES = "disk.used;datacenter=dc1;rack=a1;server=web01";
    private static final String HASH = "e9a90f9ab08ad206ecfb30c241e0285a7c36479ca423d74260b2614cb98c1eec";
    private static final String STORED = "_tagged.e9a.90f.disk_DOT_used;datacenter=dc1;rack=a1;server=web01";

    @Test
    void aSeriesIsStoredWhereCarbonStoresIt() {
        assertThat(TaggedSeries.storedName(SERIES)).hasToString(STORED);
        assertThat(TaggedSeries.hashedName(SERIES)).hasToString("_tagged.e9a.90f." + HASH);
    }

    @Test
    void aSeriesIsReadBackFromItsName() {
        assertThat(TaggedSeries.seriesOf(new MetricName(STORED))).contains(SERIES);
        assertThat(TaggedSeries.ringKey(new MetricName(STORED))).contains(SERIES);
    }

    @Test
    void aBareHashCannotBeReadBack() {
        assertThat(TaggedSeries.ringKey(TaggedSeries.hashedName(SERIES))).isEmpty();
    }

    @Test
    void anOrdinaryNameIsItsOwnKey() {
        for (String name : List.of("a.b", "_tagged", "_taggedx.a", "a._tagged.b", "a;b=c")) {
            assertThat(TaggedSeries.ringKey(new MetricName(name))).as(name).contains(name);
            assertThat(TaggedSeries.seriesOf(new MetricName(name))).as(name).isEmpty();
        }
    }

    @Test
    void aSlashInAValueIsADirectory() {
        MetricName stored = TaggedSeries.storedName("a;b=/usr/lib.x");
        assertThat(stored.relativePath()).isEqualTo("_tagged/61b/5b9/a;b=/usr/lib_DOT_x.wsp");
        assertThat(TaggedSeries.seriesOf(stored)).contains("a;b=/usr/lib.x");
    }

    @Test
    void whatDoesNotHashToItsPlaceIsNotReadBack() {
        for (String name : List.of(
                "_tagged.a",
                "_tagged.abc",
                "_tagged.abc.def",
                "_tagged.abc.def.x",
                "_tagged.e9a90f.disk_DOT_used;datacenter=dc1;rack=a1;server=web01",
                STORED.replace("e9a", "e9b"),
                STORED.replace("90f", "90e"),
                STORED.replace("e9a", "E9A"),
                STORED + "x",
                STORED.replace("disk", "_DOT_disk"))) {
            assertThat(TaggedSeries.ringKey(new MetricName(name))).as(name).isEmpty();
        }
    }

    @Test
    void aSeriesThatNoFileCanBeNamedAfterIsRefused() {
        assertThatThrownBy(() -> TaggedSeries.storedName("a;b=" + "x".repeat(300)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(TaggedSeries.hashedName("a;b=" + "x".repeat(300)).value()).hasSize(16 + 64);
    }

    @Property(tries = 500)
    void everySeriesThatCanBeStoredReadsBack(
            @ForAll @Chars({'a', '.', '_', 'D', 'O', 'T', 'é', '/', '='}) @StringLength(min = 1, max = 20) String name,
            @ForAll @Chars({'b', '.', '_', '/', '~'}) @StringLength(min = 1, max = 20) String value) {
        String series = name + ";tag=" + value;
        Assume.that(!series.contains("_DOT_"));
        MetricName stored;
        try {
            stored = TaggedSeries.storedName(series);
        } catch (IllegalArgumentException e) {
            return;
        }
        assertThat(TaggedSeries.seriesOf(stored)).contains(series);
    }

    @Test
    void aDecoderReadsManyNamesOneAfterTheOther() {
        TaggedSeries.Decoder decoder = new TaggedSeries.Decoder();
        byte[] padded = ("xx" + STORED + "yy").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 3; i++) {
            assertThat(decoder.decode(padded, 2, padded.length - 2)).isTrue();
            assertThat(new String(decoder.bytes(), 0, decoder.length(), StandardCharsets.UTF_8))
                    .isEqualTo(SERIES);
            assertThat(decoder.decode(padded, 2, padded.length - 1)).isFalse();
        }
        assertThat(TaggedSeries.isTagged(padded, 2, padded.length)).isTrue();
        assertThat(TaggedSeries.isTagged(padded, 0, padded.length)).isFalse();
        assertThat(TaggedSeries.isTagged(padded, 2, 9)).isFalse();
    }
}
