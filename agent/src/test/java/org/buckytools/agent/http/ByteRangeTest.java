package org.buckytools.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ByteRangeTest {

    @Test
    void readsTheFormsOfASingleRange() {
        assertThat(ByteRange.parse("bytes=0-9", 100)).contains(new ByteRange(0, 10));
        assertThat(ByteRange.parse("bytes=90-", 100)).contains(new ByteRange(90, 100));
        assertThat(ByteRange.parse("bytes=-5", 100)).contains(new ByteRange(95, 100));
    }

    @Test
    void endsWithTheFile() {
        assertThat(ByteRange.parse("bytes=90-200", 100)).contains(new ByteRange(90, 100));
        assertThat(ByteRange.parse("bytes=-500", 100)).contains(new ByteRange(0, 100));
        assertThat(ByteRange.parse("bytes=0-999999999999999999", 100)).contains(new ByteRange(0, 100));
    }

    @Test
    void isUnsatisfiableBehindTheEnd() {
        assertThat(ByteRange.parse("bytes=100-", 100)).get().matches(range -> !range.isSatisfiable());
        assertThat(ByteRange.parse("bytes=-0", 100)).get().matches(range -> !range.isSatisfiable());
        assertThat(ByteRange.parse("bytes=0-", 0)).get().matches(range -> !range.isSatisfiable());
        assertThat(ByteRange.parse("bytes=100-", 100).orElseThrow().contentRange(100))
                .isEqualTo("bytes */100");
    }

    @Test
    void meansTheWholeFileWhereItIsNoSingleRange() {
        for (String header : new String[] {
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-2",
            "bytes=0-1,5-6",
            "lines=0-1",
            "bytes=0-1;",
            "bytes=99999999999999999999-"
        }) {
            assertThat(ByteRange.parse(header, 100)).as(header).isEqualTo(Optional.empty());
        }
    }

    @Property
    void liesWithinTheFile(
            @ForAll @LongRange(min = 0, max = 1000) long first,
            @ForAll @LongRange(min = 0, max = 1000) long last,
            @ForAll @LongRange(min = 0, max = 1000) long size) {
        ByteRange.parse("bytes=" + first + "-" + last, size)
                .filter(ByteRange::isSatisfiable)
                .ifPresent(range -> assertThat(range)
                        .matches(r -> r.from() == first && r.to() <= size && r.to() <= last + 1 && r.from() < r.to()));
    }
}
