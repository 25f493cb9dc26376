package org.buckytools.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

class TarHeadersTest {
    @Property(tries = 300)
    void areThoseThatCommonsCompressWrites(
            @ForAll @CharRange(from = '!', to = '~') @StringLength(min = 1, max = 105) String name,
            @ForAll @LongRange(min = 0, max = 1L << 34) long size,
            @ForAll @IntRange(min = 0, max = 0777) int mode,
            @ForAll @LongRange(min = -5, max = 1L << 34) long modTime)
            throws IOException {
        String path = "x" + name + ".wsp";
        assertThat(TarHeaders.before(path, size, mode, modTime).array())
                .isEqualTo(TarHeaders.written(path, size, mode, modTime).array());
    }
}
