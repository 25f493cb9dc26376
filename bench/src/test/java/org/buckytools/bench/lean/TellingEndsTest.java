package org.buckytools.bench.lean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.posix.FileStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TellingEndsTest {
    private static final int BLOCK = MoveSteps.BLOCK_BYTES;

    @TempDir
    Path folder;

    @Test
    void filesOfEverySizeComeAsTheyWereSent() throws Exception {
        List<Integer> sizes = List.of(
                1, 0, 12_028, 12_028, 200_000, 100_000, 0, BLOCK - 1, 7, BLOCK, BLOCK, 1, BLOCK + 1, 3, 3 * BLOCK, 5,
                700_000, 700_000, 9);
        List<Path> files = files(sizes);
        byte[] sent = sent(files);

        FrameReader frames = new FrameReader(Channels.newChannel(new ByteArrayInputStream(sent)));
        for (int i = 0; i < files.size(); i++) {
            FrameHeader header = frames.header();
            FileStatus status = FileStatus.of(files.get(i));
            assertThat(header).isEqualTo(new FrameHeader(i, status.mode(), VersionBytes.of(status)));
            assertThat(content(frames, sizes.get(i))).isEqualTo(Files.readAllBytes(files.get(i)));
        }
        assertThatThrownBy(frames::header).isInstanceOf(EOFException.class);
    }

    @Test
    void smallFilesGoTogetherInFewWrites() throws Exception {
        List<Integer> writes = new ArrayList<>();
        WritableByteChannel counted = new WritableByteChannel() {
            @Override
            public int write(ByteBuffer bytes) {
                int length = bytes.remaining();
                writes.add(length);
                bytes.position(bytes.limit());
                return length;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        send(files(List.of(1000, 1000, 1000)), new FrameWriter(counted));

        assertThat(writes).containsExactly(3 * (FrameHeader.LENGTH + 1000 + FrameHeader.CRC_LENGTH));
    }

    @Test
    void aFileThatIsDamagedOnItsWayIsNotTaken() throws Exception {
        for (int size : new int[] {100, BLOCK + 100}) {
            byte[] sent = sent(files(List.of(size)));
            for (int damaged :
                    new int[] {FrameHeader.LENGTH - 1, FrameHeader.LENGTH, sent.length - 5, sent.length - 1}) {
                byte[] other = sent.clone();
                other[damaged] ^= 1;
                FrameReader frames = new FrameReader(Channels.newChannel(new ByteArrayInputStream(other)));
                frames.header();

                assertThatThrownBy(() -> content(frames, size))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("damaged");
            }
        }
    }

    @Test
    @Timeout(20)
    void aFileThatWasChangedSinceItWasReadStaysAtTheSource() throws Exception {
        List<Path> files = files(List.of(10, 10));
        List<String> names =
                files.stream().map(file -> file.getFileName().toString()).toList();
        List<FileVersion> versions = new ArrayList<>();
        for (Path file : files) {
            versions.add(VersionBytes.of(FileStatus.of(file)));
        }
        Files.write(files.getFirst(), new byte[11]);

        Loopback connection = Loopback.connect();
        try (ExecutorService thread = Executors.newSingleThreadExecutor();
                var destination = connection.second()) {
            TellingEnds.Source source = new TellingEnds(new CarefulSteps()).new Source(connection.first(), folder);
            Future<?> ended = thread.submit(() -> {
                try (source) {
                    source.run();
                }
                return null;
            });
            new Request(names, versions).send(destination);
            ByteBuffer outcomes = ByteBuffer.allocate(2);
            Loopback.readFully(destination, outcomes);
            destination.shutdownOutput();
            ended.get();

            assertThat(outcomes.array()).containsExactly(TellingEnds.CHANGED, TellingEnds.MOVED);
        }
        assertThat(files.getFirst()).hasSize(11);
        assertThat(files.getLast()).doesNotExist();
    }

    private List<Path> files(List<Integer> sizes) throws IOException {
        Random random = new Random(1);
        List<Path> files = new ArrayList<>();
        for (int size : sizes) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            files.add(Files.write(folder.resolve("é" + files.size() + ".wsp"), content));
        }
        return files;
    }

    private static byte[] sent(List<Path> files) throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        send(files, new FrameWriter(Channels.newChannel(sent)));
        return sent.toByteArray();
    }

    private static void send(List<Path> files, FrameWriter frames) throws IOException {
        for (int i = 0; i < files.size(); i++) {
            frames.begin(i);
            new CarefulSteps().read(files.get(i), frames);
            frames.end();
        }
        frames.flush();
    }

    private static byte[] content(FrameReader frames, int size) throws IOException {
        byte[] content = new byte[size];
        int have = 0;
        while (have < size) {
            ByteBuffer block = frames.next(size - have);
            int length = block.remaining();
            block.get(content, have, length);
            have += length;
        }
        return content;
    }
}
