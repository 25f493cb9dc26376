package org.buckytools.agent.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.buckytools.protocol.transfer.ChunkEncoding;
import org.buckytools.protocol.transfer.FileStreamFormat;
import org.buckytools.protocol.transfer.StreamedFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class SlowLinkTest {
    private static final int SIZE = 300_000;

    private final SlowLink link = new SlowLink(ByteBuffer.allocateDirect(FileStreamFormat.MIN_BUFFER));
    private final StreamedFile file = new StreamedFile(0, 0600, 0, SIZE, Optional.empty());

    @Test
    void compressesOnceItHasTurnedOutToBeSlow() throws IOException {
        Assumptions.assumeFalse(ChunkEncoding.usable().isEmpty(), "zstd cannot be loaded here");
        byte[] zeros = new byte[SIZE];
        link.carry(file, zeros);
        assertThat(link.carry(file, zeros)).isLessThan(SIZE / 10);
    }

    @Test
    void carriesWhatCannotBeCompressed() throws IOException {
        byte[] noise = new byte[SIZE];
        new java.util.Random(1).nextBytes(noise);
        link.carry(file, noise);
        assertThat(link.carry(file, noise)).isGreaterThan(SIZE);
    }
}
