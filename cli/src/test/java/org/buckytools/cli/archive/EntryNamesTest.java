package org.buckytools.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.buckytools.cli.UserFacingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryNamesTest {
    @ParameterizedTest
    @CsvSource({
        "a/b/c.wsp, a.b.c",
        "./a//b/./c.wsp, a.b.c",
        "m.wsp, m",
        "a.b/c.d.wsp, a.b.c.d",
        "a/b.wsp.wsp, a.b.wsp",
        "x;y=z/ü % +.wsp, 'x;y=z.ü % +'",
    })
    void makesNamesOfPaths(String path, String metric) throws Exception {
        assertThat(EntryNames.below("").metric(path).value()).isEqualTo(metric);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a/b.wsp",
                "../a.wsp",
                "a/../b.wsp",
                "a/..wsp",
                "a/.hidden.wsp",
                ".bucky-0123456789abcdef/a.wsp",
                "a/b",
                "a/b.wsp/",
                "a/.wsp",
                ".wsp",
                "a/b..c.wsp",
                ""
            })
    void refusesWhatIsNoMetric(String path) throws Exception {
        EntryNames names = EntryNames.below("");
        assertThatThrownBy(() -> names.metric(path)).isInstanceOf(EntryNames.RefusedException.class);
    }

    @Test
    void putsThePrefixBefore() throws Exception {
        assertThat(EntryNames.below("/x/y/").metric("a.wsp").value()).isEqualTo("x.y.a");
        assertThat(EntryNames.below("./x.y").metric("./a.wsp").value()).isEqualTo("x.y.a");
        assertThatThrownBy(() -> EntryNames.below("x/../..")).isInstanceOf(UserFacingException.class);
    }
}
