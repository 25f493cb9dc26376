package org.buckytools.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ContentTest {
    private static final int SIZE = 1_000_000;

    private final Memory memory = new Memory(4 << 20);

    /** Whatever comes in whatever pieces, in memory or on disk, is what goes out, and holes are zeros. */
    @Property(tries = 60)
    void isWhatCame(@ForAll long seed, @ForAll @IntRange(min = 0, max = 2) int room) throws IOException {
        Random random = new Random(seed);
        byte[] expected = new byte[SIZE];
        try (Arena arena = new Arena(memory);
                Content.Builder builder = new Content.Builder(memory, (long) room * SIZE / 2, arena, SIZE)) {
            for (int at = random.nextInt(50_000); at < SIZE; ) {
                byte[] part = new byte[Math.min(SIZE - at, 1 + random.nextInt(300_000))];
                random.nextBytes(part);
                System.arraycopy(part, 0, expected, at, part.length);
                builder.write(at, ByteBuffer.wrap(part));
                at += part.length + (random.nextBoolean() ? 0 : random.nextInt(100_000));
            }
            try (Content content = builder.finish()) {
                byte[] actual = new byte[SIZE];
                content.forEach((offset, bytes) -> bytes.get(actual, (int) offset, bytes.remaining()));
                assertThat(actual).isEqualTo(expected);
                int from = random.nextInt(SIZE);
                ByteBuffer part = ByteBuffer.allocate(random.nextInt(SIZE - from));
                content.read(from, part);
                assertThat(part.flip()).isEqualTo(ByteBuffer.wrap(expected, from, part.limit()));
            }
        }
    }

    @Test
    void givesBackItsBlocksWhenItsLastUserIsDone() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        List<Content> contents = new ArrayList<>();
        Memory.Reservation reservation = memory.reserve(100_000, () -> {});
        try (Arena arena = new Arena(memory)) {
            for (int i = 0; i < 3; i++) {
                try (Content.Builder builder = new Content.Builder(memory, reservation.bytes(), arena, 1000)) {
                    builder.write(0, ByteBuffer.allocate(1000));
                    contents.add(builder.finish().forUsers(2, closed::incrementAndGet));
                }
            }
        }
        contents.forEach(Content::close);
        assertThat(closed).hasValue(0);
        ByteBuffer other = memory.take();
        contents.forEach(Content::close);
        assertThat(closed).hasValue(3);
        assertThat(memory.take()).as("the block of the contents").isNotSameAs(other);
        reservation.close();
    }
}
