package org.buckytools.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PointColumnsTest {
    @Property(tries = 1000)
    void whatIsSplitIsJoinedAgain(@ForAll byte[] raw, @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long offset) {
        byte[] columns = new byte[raw.length];
        PointColumns.split(raw, raw.length, offset, columns);
        byte[] joined = new byte[raw.length];
        PointColumns.join(columns, raw.length, offset, joined);
        assertThat(joined).isEqualTo(raw);
    }

    @Test
    void theColumnsAreAsDescribed() {
        // Two points of an archive behind a header of 28 bytes, between the header's last byte and a third point's
        // first.
        byte[] raw = ByteBuffer.allocate(1 + 2 * 12 + 1)
                .put((byte) 0xAA)
                .putInt(0x01020304)
                .putLong(0x1112131415161718L)
                .putInt(0x01020340)
                .putLong(0x2122232425262728L)
                .put((byte) 0xBB)
                .array();
        byte[] columns = new byte[raw.length];
        PointColumns.split(raw, raw.length, 27, columns);
        assertThat(HexFormat.of().formatHex(columns))
                .isEqualTo("aa" + "bb" + "0100" + "0200" + "0300" + "043c" + "1121" + "1222" + "1323" + "1424" + "1525"
                        + "1626" + "1727" + "1828");
    }
}
