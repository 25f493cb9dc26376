package org.buckytools.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.buckytools.protocol.json.MalformedMessageException;
import org.junit.jupiter.api.Test;

class RoutesTest {
    @Test
    void encodesAsAGoClientDoes() throws MalformedMessageException {
        MetricName name = new MetricName("a;b=c d%x+é?#");
        assertThat(Routes.metricPath(name)).isEqualTo("/metrics/a;b=c%20d%25x+%C3%A9%3F%23");
        assertThat(Routes.metricOf(Routes.metricPath(name))).isEqualTo(name);
        assertThat(Routes.metricPath(new MetricName("a;=+&:@,$~-_.b!*'()[]")))
                .isEqualTo("/metrics/a;=+&:@,$~-_.b%21%2A%27%28%29%5B%5D");
    }

    @Test
    void readsBytesThatShouldHaveBeenEncoded() throws MalformedMessageException {
        String raw = new String("/metrics/é".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(Routes.metricOf(raw)).isEqualTo(new MetricName("é"));
    }

    @Test
    void refusesWhatIsNoName() {
        for (String bad : List.of(
                "/metrics/",
                "/metric/a",
                "/metrics/%",
                "/metrics/a%2",
                "/metrics/%zz",
                "/metrics/%C3",
                "/metrics/a%2Fb",
                "/metrics/a/b",
                "/metrics/..",
                "/metrics/%2e%2E",
                "/metrics/a%00",
                "/metrics/.a",
                "/metrics/a.",
                "/metrics/ā",
                "/metrics/%ED%A0%80",
                "/metrics/%-1")) {
            assertThatThrownBy(() -> Routes.metricOf(bad)).as(bad).isInstanceOf(MalformedMessageException.class);
        }
    }

    @Property(tries = 2000)
    void everyNameReadsBack(@ForAll String text) throws MalformedMessageException {
        Assume.that(MetricName.isValid(text));
        assertThat(Routes.metricOf(Routes.metricPath(new MetricName(text)))).isEqualTo(new MetricName(text));
    }
}
