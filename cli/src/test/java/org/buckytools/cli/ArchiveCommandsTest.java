package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.buckytools.agent.Agent;
import org.buckytools.agent.AgentConfig;
import org.buckytools.cli.cluster.AgentClients;
import org.buckytools.cli.cluster.HttpClients;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.StandardOutput;
import org.buckytools.cli.testing.FirstVersionClient;
import org.buckytools.cli.testing.ManualInterrupts;
import org.buckytools.cli.testing.Peers;
import org.buckytools.cli.testing.PlainProgress;
import org.buckytools.cli.transfer.Ticker;
import org.buckytools.cli.transfer.Transfer;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentUnreachableException;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.ForwardingHandler;
import org.buckytools.protocol.transfer.StreamedFile;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bucky tar} and {@code bucky restore} against three real daemons over real files, on 127.0.1.1 to 127.0.1.3. */
@Timeout(60)
class ArchiveCommandsTest {
    private static final List<String> HOSTS = List.of("127.0.1.1", "127.0.1.2", "127.0.1.3");
    private static final FileTime LONG_AGO = FileTime.from(Instant.ofEpochSecond(1_700_000_000));
    private static final WhisperHeader HEADER =
            WhisperHeader.create(List.of(new Retention(60, 60), new Retention(300, 288)), Aggregation.AVERAGE, 0.5f);

    @TempDir
    private Path folder;

    private final Map<String, Agent> agents = new LinkedHashMap<>();
    private final long now = InstantSource.system().instant().getEpochSecond();
    private final ManualInterrupts interrupts = new ManualInterrupts();
    private UnaryOperator<AgentClient> wrapping = UnaryOperator.identity();
    private int port;
    private HashRing ring;

    /** What a command did; standard output is bytes here. */
    private static final class Run {
        private final int code;
        private final byte[] out;
        private final String err;

        Run(int code, byte[] out, String err) {
            this.code = code;
            this.out = out;
            this.err = err;
        }

        int code() {
            return code;
        }

        byte[] out() {
            return out;
        }

        String err() {
            return err;
        }
    }

    @AfterEach
    void stop() {
        agents.values().forEach(Agent::close);
    }

    /** Decides on the cluster; its daemons start with the first command, when the files are there. */
    private void start(int replicas) throws IOException {
        List<Member> members = new ArrayList<>();
        for (String host : HOSTS) {
            members.add(new Member(host, 2003, Optional.of("i" + host.charAt(host.length() - 1))));
        }
        ring = HashRings.of(RingType.JUMP_FNV1A, members, replicas, true);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(HOSTS.getFirst()))) {
            port = free.getLocalPort();
        }
    }

    private void startDaemons() throws IOException {
        for (String host : HOSTS) {
            if (!agents.containsKey(host)) {
                startDaemon(host);
            }
        }
    }

    private void stopDaemon(String host) throws IOException {
        startDaemons();
        agents.get(host).close();
    }

    private void startDaemon(String host) throws IOException {
        AgentConfig config =
                AgentConfig.of(new InetSocketAddress(host, port), host, ring, Files.createDirectories(store(host)));
        agents.put(host, Agent.start(config, InstantSource.system()));
    }

    private Path store(String host) {
        return folder.resolve(host);
    }

    private Path file(String host, String metric) {
        return store(host).resolve(new MetricName(metric).relativePath());
    }

    private Run bucky(String... arguments) throws IOException {
        return bucky(InputStream.nullInputStream(), arguments);
    }

    private Run bucky(InputStream in, String... arguments) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return bucky(in, out, out, arguments);
    }

    private Run bucky(InputStream in, OutputStream out, ByteArrayOutputStream collected, String... arguments)
            throws IOException {
        startDaemons();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(in, out, new PrintStream(err, true, StandardCharsets.UTF_8));
        InstantSource clock = InstantSource.system();
        Transfer transfer =
                new Transfer(() -> new PlainProgress(console), interrupts, Ticker.system(), clock, new Random(1));
        AgentClients.Factory clients = settings -> {
            AgentClients real = new HttpClients(settings, "test", console, clock);
            return new AgentClients() {
                @Override
                public AgentClient open(org.buckytools.protocol.DaemonAddress address) {
                    return wrapping.apply(real.open(address));
                }

                @Override
                public void close() {
                    real.close();
                }
            };
        };
        int code = BuckyMain.run(
                new Surroundings(
                        console,
                        Map.of("BUCKYHOST", HOSTS.getFirst() + ":" + port),
                        clients,
                        transfer,
                        Optional.empty()),
                arguments);
        return new Run(code, collected.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    /** A file with some points that differ from seed to seed. */
    private byte[] whisper(int seed) throws IOException {
        Path file = Files.createTempFile(folder, "made", ".wsp");
        WhisperFile.create(file, HEADER, WhisperFile.Allocation.DENSE, WhisperFile.Existing.REPLACE);
        List<Point> points = new ArrayList<>();
        for (int minute = 40; minute >= 0; minute--) {
            if ((minute + seed) % 7 != 0) {
                points.add(new Point(now - now % 60 - 60L * minute, seed * 1000.0 + minute));
            }
        }
        try (WhisperFile whisper = WhisperFile.open(file, WhisperFile.Access.WRITE)) {
            whisper.updateMany(points, now);
        }
        byte[] content = Files.readAllBytes(file);
        Files.delete(file);
        return content;
    }

    private void put(String host, String metric, byte[] content) throws IOException {
        Path file = file(host, metric);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        Files.setLastModifiedTime(file, LONG_AGO);
    }

    /** Puts metrics where the ring wants them; gives back their contents by path. */
    private Map<String, byte[]> populate(int count) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            addMetric("tar.h" + i % 7 + ".m" + i, whisper(i), contents);
        }
        return contents;
    }

    private void addMetric(String metric, byte[] content, Map<String, byte[]> contents) throws IOException {
        for (String host : ring.stores(metric)) {
            put(host, metric, content);
        }
        contents.put(new MetricName(metric).relativePath(), content);
    }

    /** Names that have made programs stumble. */
    private static List<String> oddNames() {
        return List.of(
                "odd.with space.x y",
                "odd.semi;tag=value;other=a+b",
                "odd.percent%20.%",
                "odd.ümläut.日本語",
                "odd." + "p".repeat(250) + ".leaf",
                "odd.leaf." + "l".repeat(250),
                "odd." + "a".repeat(60) + "." + "b".repeat(60),
                "odd." + "c".repeat(100) + "." + "d".repeat(100) + "." + "e".repeat(100),
                "odd.quote\"'back\\slash",
                "odd.-dash.--double");
    }

    private Map<String, byte[]> contentsOf(String host) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(store(host))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(store(host).relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private static Map<String, byte[]> entries(byte[] archive) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive), "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                assertThat(entries.put(entry.getName(), tar.readAllBytes())).isNull();
            }
        }
        return entries;
    }

    private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
        expected.forEach(
                (name, content) -> assertThat(actual.get(name)).as(name).isEqualTo(content));
    }

    private void wipe() throws IOException {
        for (String host : HOSTS) {
            stopDaemon(host);
            Files.walkFileTree(store(host), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
            startDaemon(host);
        }
    }

    private void assertRestored(Map<String, byte[]> contents) throws IOException {
        for (String host : HOSTS) {
            Map<String, byte[]> expected = new TreeMap<>(contents);
            expected.keySet().removeIf(path -> !ring.stores(metricOf(path)).contains(host));
            assertSame(contentsOf(host), expected);
        }
    }

    private static String metricOf(String path) {
        return path.substring(0, path.length() - ".wsp".length()).replace('/', '.');
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    /** What a peer program prints. */
    private byte[] run(String... command) throws Exception {
        Peers.require(Peers.runs(command[0], "--version"), command[0]);
        Path err = folder.resolve("program.err");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        byte[] out = process.getInputStream().readAllBytes();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        assertThat(Files.readString(err)).isEmpty();
        return out;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void bringsBackEveryByte(int replicas) throws Exception {
        start(replicas);
        Map<String, byte[]> contents = populate(60);
        for (String name : oddNames()) {
            addMetric(name, whisper(name.length()), contents);
        }

        Run tar = bucky("tar", "-r", "-w", "100", ".");
        assertThat(tar.err()).doesNotContain("warning").contains("70 metrics").contains("0 failed");
        assertThat(tar.code()).isZero();
        assertSame(entries(tar.out()), contents);
        wipe();

        Run restore = bucky(new ByteArrayInputStream(tar.out()), "restore", "-w", "100", "-");
        assertThat(restore.err()).contains("Restored 70 metrics (70 new, 0 filled, 0 unchanged)");
        assertThat(restore.code()).isZero();
        assertRestored(contents);

        Run again = bucky("restore", write("x.tar", tar.out()).toString());
        assertThat(again.err()).contains("(0 new, 0 filled, 70 unchanged)");
        assertRestored(contents);
    }

    @Test
    void writesInSteadyOrderWithModesAndTimes() throws Exception {
        start(1);
        populate(30);
        String metric = "tar.h0.m0";
        Path file = file(ring.stores(metric).getFirst(), metric);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        byte[] archive = bucky("tar", "--regex", "^tar", "-w", "3").out();

        assertThat(bucky("tar", "--regex", "^tar", "-w", "50").out()).isEqualTo(archive);
        assertThat(archive.length % 512).isZero();
        List<String> names = List.copyOf(entries(archive).keySet());
        assertThat(names.stream().map(ArchiveCommandsTest::metricOf)).isSorted();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
            TarArchiveEntry first = tar.getNextEntry();
            assertThat(first.getName()).isEqualTo("tar/h0/m0.wsp");
            assertThat(first.getMode()).isEqualTo(0640);
            assertThat(first.getLastModifiedTime()).isEqualTo(LONG_AGO);
            assertThat(first.getUserName()).isEmpty();
            assertThat(first.isCheckSumOK()).isTrue();
        }
    }

    @Test
    void gnuTarReadsIt() throws Exception {
        start(1);
        Map<String, byte[]> contents = populate(20);
        for (String name : oddNames()) {
            addMetric(name, whisper(1), contents);
        }
        write("x.tar", bucky("tar", "--regex", ".").out());

        String listing = new String(run("tar", "--quoting-style=literal", "-tf", "x.tar"), StandardCharsets.UTF_8);

        assertThat(listing.lines()).containsExactlyInAnyOrderElementsOf(contents.keySet());
        run("tar", "-xf", "x.tar", "--one-top-level=unpacked");
        for (Map.Entry<String, byte[]> entry : contents.entrySet()) {
            assertThat(folder.resolve("unpacked").resolve(entry.getKey())).hasBinaryContent(entry.getValue());
        }
    }

    @Test
    void compressesAndReadsWhatItCompressed() throws Exception {
        start(1);
        Map<String, byte[]> contents = populate(300);
        byte[] plain = bucky("tar", "--regex", ".").out();
        byte[] gzip = bucky("tar", "-z", "--regex", ".").out();
        byte[] zstd = bucky("tar", "--zstd", "--regex", ".").out();
        assertThat(gzip.length).isLessThan(plain.length / 2);
        assertThat(zstd.length).isLessThan(plain.length / 2);
        write("x.tar.gz", gzip);
        write("x.tar.zst", zstd);

        for (String archive : List.of("x.tar.gz", "x.tar.zst")) {
            wipe();
            Run restore = bucky("restore", folder.resolve(archive).toString());
            assertThat(restore.err()).contains("Restored 300 metrics");
            assertThat(restore.code()).isZero();
            assertRestored(contents);
        }
        run("gzip", "-t", "x.tar.gz");
        assertThat(run("gzip", "-dc", "x.tar.gz")).isEqualTo(plain);
        run("zstd", "-tq", "x.tar.zst");
        assertThat(run("zstd", "-dcq", "x.tar.zst")).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax", "ustar", "gnu --sparse", "pax --sparse", "pax --sparse --sparse-version=0.1"})
    void restoresWhatGnuTarWrites(String format) throws Exception {
        start(1);
        Map<String, byte[]> contents = new TreeMap<>();
        Path tree = Files.createDirectories(folder.resolve("tree/deep/" + "n".repeat(80)));
        for (int i = 0; i < 3; i++) {
            byte[] dense = whisper(i);
            contents.put("deep/" + "n".repeat(80) + "/m" + i + ".wsp", dense);
            Files.write(tree.resolve("m" + i + ".wsp"), dense);
        }
        byte[] holes = mostlyEmpty(3_000_000);
        contents.put("deep/holes.wsp", holes);
        Path sparse = Files.createFile(folder.resolve("tree/deep/holes.wsp"));
        try (var channel = Files.newByteChannel(sparse, java.nio.file.StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(holes, 0, 4096));
            channel.position(2_000_000).write(ByteBuffer.wrap(holes, 2_000_000, 1000));
            channel.position(holes.length - 1L).write(ByteBuffer.wrap(new byte[1]));
        }
        Files.createSymbolicLink(folder.resolve("tree/deep/link.wsp"), Path.of("holes.wsp"));
        List<String> command = new ArrayList<>(List.of("tar", "-cf", "x.tar"));
        command.addAll(List.of(("--format=" + format).split(" ")));
        command.addAll(List.of("-C", "tree", "."));
        run(command.toArray(String[]::new));

        Run restore = bucky("restore", folder.resolve("x.tar").toString());

        assertThat(restore.err())
                .contains("Skipped 3 directories and 1 link or other special file.")
                .contains("Restored 4 metrics (4 new");
        assertThat(restore.code()).isZero();
        assertRestored(contents);
    }

    /** A valid file of one archive that has a few points at its start and in its middle. */
    private static byte[] mostlyEmpty(int about) {
        int points = (about - 28) / 12;
        ByteBuffer file = ByteBuffer.allocate(28 + 12 * points);
        file.putInt(1)
                .putInt(60 * points)
                .putFloat(0.5f)
                .putInt(1)
                .putInt(28)
                .putInt(60)
                .putInt(points);
        file.putInt(1_600_000_020).putDouble(7);
        for (int i = 0; i < 80; i++) {
            file.put(2_000_004 + i, (byte) i);
        }
        return file.array();
    }

    @Test
    void fillsWhatIsThere() throws Exception {
        start(1);
        Map<String, byte[]> contents = populate(10);
        byte[] archive = bucky("tar", "--regex", ".").out();
        String metric = "tar.h0.m0";
        put(ring.stores(metric).getFirst(), metric, whisper(3));

        Run restore = bucky(new ByteArrayInputStream(archive), "restore", "-");

        assertThat(restore.err()).contains("(0 new, 1 filled, 9 unchanged)");
        byte[] merged = Files.readAllBytes(file(ring.stores(metric).getFirst(), metric));
        assertThat(merged).isNotEqualTo(whisper(3)).isNotEqualTo(contents.get("tar/h0/m0.wsp"));
    }

    @Test
    void takesTheOwnersCopyAndSaysThatThereAreOthers() throws Exception {
        start(1);
        Map<String, byte[]> contents = populate(12);
        String metric = "tar.h0.m0";
        String other = HOSTS.stream()
                .filter(host -> !ring.stores(metric).contains(host))
                .findFirst()
                .orElseThrow();
        put(other, metric, whisper(99));

        Run tar = bucky("tar", "-r", ".");

        assertThat(tar.err()).contains("1 metric has copies on other nodes, too");
        assertThat(tar.code()).isZero();
        assertSame(entries(tar.out()), contents);
    }

    @Test
    void takesTheNewestCopyWhereNoOwnerHasIt() throws Exception {
        start(1);
        String metric = "tar.lost";
        List<String> others = HOSTS.stream()
                .filter(host -> !ring.stores(metric).contains(host))
                .toList();
        byte[] older = withNewestPoint(now - now % 60 - 1800);
        byte[] newer = withNewestPoint(now - now % 60 - 600);
        put(others.get(0), metric, older);
        put(others.get(1), metric, newer);

        Run tar = bucky("tar", metric);

        assertThat(tar.code()).isZero();
        assertSame(entries(tar.out()), Map.of("tar/lost.wsp", newer));
        put(others.get(0), metric, newer);
        put(others.get(1), metric, older);

        assertSame(entries(bucky("tar", metric).out()), Map.of("tar/lost.wsp", newer));
    }

    private byte[] withNewestPoint(long time) throws IOException {
        Path file = Files.createTempFile(folder, "made", ".wsp");
        WhisperFile.create(file, HEADER, WhisperFile.Allocation.DENSE, WhisperFile.Existing.REPLACE);
        try (WhisperFile whisper = WhisperFile.open(file, WhisperFile.Access.WRITE)) {
            whisper.updateMany(List.of(new Point(time - 300, 1), new Point(time, 2)), now);
        }
        return Files.readAllBytes(file);
    }

    @Test
    void goesOnWithoutWhatVanishedOrIsCorrupt() throws Exception {
        start(1);
        Map<String, byte[]> contents = populate(200);
        String corrupt = "tar.h1.m1";
        put(ring.stores(corrupt).getFirst(), corrupt, new byte[500]);
        contents.remove("tar/h1/m1.wsp");
        bucky("list");
        String gone = "tar.h2.m2";
        Files.delete(file(ring.stores(gone).getFirst(), gone));
        contents.remove("tar/h2/m2.wsp");

        Run tar = bucky("tar", "-r", "-w", "20", ".");

        assertThat(tar.code()).isEqualTo(3);
        assertThat(tar.err())
                .contains(corrupt + " is not in the archive: "
                        + ring.stores(corrupt).getFirst() + ":" + port)
                .contains("Wrote 198 metrics");
        assertSame(entries(tar.out()), contents);
    }

    @Test
    void takesAnotherReplicaWhereOneIsCorrupt() throws Exception {
        start(2);
        Map<String, byte[]> contents = populate(10);
        String metric = "tar.h1.m1";
        put(ring.stores(metric).getFirst(), metric, new byte[500]);

        Run tar = bucky("tar", "-r", ".");

        assertThat(tar.err()).contains("warning: " + metric + " was taken from another node");
        assertThat(tar.code()).isZero();
        assertSame(entries(tar.out()), contents);
    }

    @Test
    void warnsOfADaemonThatIsDownAndWritesTheRest() throws Exception {
        start(1);
        Map<String, byte[]> contents = populate(30);
        stopDaemon("127.0.1.3");
        contents.keySet().removeIf(path -> ring.stores(metricOf(path)).contains("127.0.1.3"));

        Run tar = bucky("tar", "-r", ".");

        assertThat(tar.code()).isEqualTo(3);
        assertThat(tar.err()).contains("127.0.1.3:" + port).contains("its metrics are missing here");
        assertSame(entries(tar.out()), contents);
    }

    @Test
    void restoresNothingWithADaemonDown() throws Exception {
        start(1);
        populate(5);
        byte[] archive = bucky("tar", "-r", ".").out();
        wipe();
        stopDaemon("127.0.1.3");

        Run restore = bucky(new ByteArrayInputStream(archive), "restore", "-");

        assertThat(restore.code()).isEqualTo(4);
        assertThat(restore.err()).contains("127.0.1.3").contains("Nothing was changed.");
        assertThat(contentsOf("127.0.1.1")).isEmpty();
    }

    @Test
    void restoresOnASingleNodeOnlyWhatItOwns() throws Exception {
        start(1);
        Map<String, byte[]> contents = populate(30);
        byte[] archive = bucky("tar", "-r", ".").out();
        wipe();

        Run restore = bucky(new ByteArrayInputStream(archive), "restore", "-s", "-");

        assertThat(restore.code()).isZero();
        assertThat(restore.err()).contains("that belong on other nodes");
        contents.keySet().removeIf(path -> !ring.stores(metricOf(path)).contains("127.0.1.1"));
        assertSame(contentsOf("127.0.1.1"), contents);
        assertThat(contentsOf("127.0.1.2")).isEmpty();
    }

    @Test
    void putsAPrefixBeforeThePaths() throws Exception {
        start(1);
        byte[] content = whisper(1);
        byte[] archive = archive(Map.of("./m.wsp", content));

        assertThat(bucky(new ByteArrayInputStream(archive), "restore", "-p", "/a/b.c/", "-")
                        .code())
                .isZero();

        assertRestored(Map.of("a/b/c/m.wsp", content));
        assertThat(bucky(new ByteArrayInputStream(archive), "restore", "-p", "../x", "-")
                        .code())
                .isEqualTo(2);
    }

    private static byte[] archive(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, 512, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                TarArchiveEntry header = new TarArchiveEntry(entry.getKey(), TarConstants.LF_NORMAL, true);
                header.setSize(entry.getValue().length);
                tar.putArchiveEntry(header);
                tar.write(entry.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void refusesNamesThatWouldLeaveTheStoreAndWhatIsNoMetric() throws Exception {
        start(1);
        byte[] good = whisper(1);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("../outside.wsp", good);
        entries.put("a/../../outside.wsp", good);
        entries.put("/etc/absolute.wsp", good);
        entries.put("a/.hidden.wsp", good);
        entries.put(".bucky-0123456789abcdef/x.wsp", good);
        entries.put("README", "hello".getBytes(StandardCharsets.UTF_8));
        entries.put("a/junk.wsp", "this is no Whisper file, though its name says so".getBytes(StandardCharsets.UTF_8));
        entries.put("a/empty.wsp", new byte[0]);
        entries.put("a/good.wsp", good);

        Run restore = bucky(new ByteArrayInputStream(archive(entries)), "restore", "-");

        assertThat(restore.code()).isEqualTo(3);
        assertThat(restore.err())
                .contains("../outside.wsp is not restored: it would leave the store")
                .contains("/etc/absolute.wsp is not restored: it is absolute")
                .contains("Refused 6 entries")
                .contains("a.junk is not restored: it is no Whisper file")
                .contains("a.empty is not restored: it is no Whisper file")
                .contains("Restored 1 metric ")
                .contains("8 failed");
        assertRestored(Map.of("a/good.wsp", good));
    }

    @Test
    void saysHowFarItGotInACutArchive() throws Exception {
        start(1);
        Map<String, byte[]> contents = populate(20);
        byte[] archive = bucky("tar", "-r", ".").out();
        int entry = 512 + (contents.get("tar/h0/m0.wsp").length + 511) / 512 * 512;
        assertThat(archive).hasSize(20 * entry + 1024);

        // Within a file, within a header, between two entries, without the end.
        for (int cut : new int[] {3 * entry + 1000, 3 * entry + 100, 3 * entry, 20 * entry}) {
            wipe();
            Run restore = bucky(new ByteArrayInputStream(Arrays.copyOf(archive, cut)), "restore", "-");
            int whole = cut / entry;
            assertThat(restore.err())
                    .contains("cannot read standard input to its end: it is cut off, at or behind entry "
                            + (cut == 3 * entry + 1000 ? 4 : whole) + ", tar/")
                    .contains("Restored " + whole + " metrics");
            assertThat(restore.code()).isEqualTo(3);
            List<String> sorted = contents.keySet().stream()
                    .sorted(java.util.Comparator.comparing(ArchiveCommandsTest::metricOf))
                    .toList();
            Map<String, byte[]> before = new TreeMap<>(contents);
            before.keySet().retainAll(sorted.subList(0, whole));
            assertRestored(before);
        }
        wipe();
        Run nothing = bucky(new ByteArrayInputStream(Arrays.copyOf(archive, 1000)), "restore", "-");
        assertThat(nothing.code()).isEqualTo(1);
        byte[] gzip = bucky("tar", "-z", "-r", ".").out();
        assertThat(gzip).isNotEmpty();
    }

    @Test
    void saysHowFarItGotInACutArchiveWithLargeFiles() throws Exception {
        start(1);
        Map<String, byte[]> contents = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            addMetric("tar.large" + i, mostlyEmpty(2_500_000), contents);
        }
        byte[] archive = bucky("tar", "-r", ".").out();
        int entry = 512 + (contents.get("tar/large0.wsp").length + 511) / 512 * 512;
        assertThat(archive).hasSize(4 * entry + 1024);

        // Within a file, within a header, between two entries, without the end.
        for (int cut : new int[] {2 * entry + 1_500_000, 2 * entry + 100, 2 * entry, 4 * entry}) {
            wipe();
            Run restore = bucky(
                    "restore", write("cut.tar", Arrays.copyOf(archive, cut)).toString());
            int whole = cut / entry;
            assertThat(restore.err())
                    .contains("to its end: it is cut off, at or behind entry "
                            + (cut == 2 * entry + 1_500_000 ? 3 : whole) + ", tar/")
                    .contains("Restored " + whole + " metrics");
            assertThat(restore.code()).isEqualTo(3);
            Map<String, byte[]> before = new TreeMap<>(contents);
            before.keySet().removeIf(path -> path.compareTo("tar/large" + whole) >= 0);
            assertRestored(before);
        }
    }

    @Test
    void noticesADamagedCompressedArchive() throws Exception {
        start(1);
        populate(20);
        for (String flag : List.of("-z", "--zstd")) {
            byte[] whole = bucky("tar", flag, "-r", ".").out();
            Run cut = bucky(new ByteArrayInputStream(Arrays.copyOf(whole, whole.length - 5)), "restore", "-");
            assertThat(cut.err()).contains("cannot read standard input to its end: it is cut off");
            assertThat(cut.code()).isIn(1, 3);
            byte[] damaged = whole.clone();
            damaged[whole.length / 2] ^= 0x55;
            Run broken = bucky(new ByteArrayInputStream(damaged), "restore", "-");
            assertThat(broken.code()).isIn(1, 2, 3);
        }
    }

    @Test
    void refusesWhatIsNoArchive() throws Exception {
        start(1);
        Run junk = bucky(
                new ByteArrayInputStream("not a tar archive\n".repeat(100).getBytes(StandardCharsets.UTF_8)),
                "restore",
                "-");
        assertThat(junk.code()).isEqualTo(2);
        assertThat(junk.err()).startsWith("bucky: standard input is not a tar archive");
        assertThat(bucky("restore", "-").code()).isEqualTo(2);
        Run absent = bucky("restore", folder.resolve("nowhere.tar").toString());
        assertThat(absent.code()).isEqualTo(2);
        assertThat(absent.err()).contains("nowhere.tar");
        assertThat(bucky("restore").code()).isEqualTo(2);
        assertThat(bucky(new ByteArrayInputStream(new byte[1024]), "restore", "-")
                        .err())
                .contains("Restored 0 metrics");
    }

    @Test
    void selectsAsOtherCommandsDo() throws Exception {
        start(1);
        populate(10);
        assertThat(bucky("tar").code()).isEqualTo(2);
        assertThat(entries(bucky("tar", "tar.h0.m0", "tar.h1.m1").out()))
                .containsOnlyKeys("tar/h0/m0.wsp", "tar/h1/m1.wsp");
        Run json = bucky(new ByteArrayInputStream("[\"tar.h3.m3\"]".getBytes(StandardCharsets.UTF_8)), "tar", "-");
        assertThat(entries(json.out())).containsOnlyKeys("tar/h3/m3.wsp");
        assertThat(bucky(new ByteArrayInputStream("no json".getBytes(StandardCharsets.UTF_8)), "tar", "-")
                        .code())
                .isEqualTo(2);
        Run absent = bucky("tar", "tar.h0.m0", "not.there");
        assertThat(absent.code()).isEqualTo(3);
        assertThat(absent.err()).contains("not.there is not in the archive: no node has it");
        assertThat(entries(absent.out())).containsOnlyKeys("tar/h0/m0.wsp");
        assertThat(bucky("tar", "--regex", "h0", "tar.h0.m0", "tar.h1.m1").code())
                .isZero();
        assertThat(bucky("tar", "-z", "--zstd", "x").code()).isEqualTo(2);
    }

    @Test
    void writesToNoTerminalAndSaysWhenOutputFails() throws Exception {
        start(1);
        populate(5);
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        Run terminal = bucky(InputStream.nullInputStream(), new Output(shown, true, true), shown, "tar", "-r", ".");
        assertThat(terminal.code()).isEqualTo(2);
        assertThat(terminal.err()).startsWith("bucky: an archive is not written to a terminal\n");
        assertThat(terminal.out()).isEmpty();
        Run closed = bucky(InputStream.nullInputStream(), new Output(shown, false, false), shown, "tar", "-r", ".");
        assertThat(closed.code()).isEqualTo(1);
        assertThat(closed.err()).startsWith("bucky: cannot write the archive: standard output is closed\n");
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        Run noSpace = bucky(InputStream.nullInputStream(), full, shown, "tar", "-r", ".");
        assertThat(noSpace.code()).isEqualTo(1);
        assertThat(noSpace.err())
                .contains("bucky: cannot write the archive: No space left on device")
                .contains("is no whole archive");
    }

    /** Standard output as a test wants it. */
    private static final class Output extends StandardOutput {
        private final ByteArrayOutputStream bytes;
        private final boolean isTerminal;
        private final boolean isWritable;

        Output(ByteArrayOutputStream bytes, boolean isTerminal, boolean isWritable) {
            this.bytes = bytes;
            this.isTerminal = isTerminal;
            this.isWritable = isWritable;
        }

        @Override
        public boolean isTerminal() {
            return isTerminal;
        }

        @Override
        public boolean isWritable() {
            return isWritable;
        }

        @Override
        public void write(int b) {
            bytes.write(b);
        }

        @Override
        public int write(ByteBuffer source) {
            int length = source.remaining();
            while (source.hasRemaining()) {
                bytes.write(source.get());
            }
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }
    }

    @Test
    void worksWithDaemonsOfTheFirstVersion() throws Exception {
        start(1);
        wrapping = FirstVersionClient::new;
        Map<String, byte[]> contents = populate(25);
        String corrupt = "tar.h1.m1";
        put(ring.stores(corrupt).getFirst(), corrupt, new byte[500]);
        contents.remove("tar/h1/m1.wsp");

        Run tar = bucky("tar", "-r", "-w", "10", ".");

        assertThat(tar.code()).isEqualTo(3);
        assertThat(tar.err()).contains(corrupt + " is not in the archive");
        assertSame(entries(tar.out()), contents);
        wipe();
        Run restore = bucky(new ByteArrayInputStream(tar.out()), "restore", "-w", "10", "-");
        assertThat(restore.err()).contains("Restored 24 metrics");
        assertThat(restore.code()).isZero();
        assertRestored(contents);
    }

    @Test
    void aCopyThatBreaksOffIsFetchedAgainAndNeverWrittenByHalf() throws Exception {
        start(1);
        Map<String, byte[]> contents = populate(40);
        AtomicInteger breaks = new AtomicInteger(3);
        wrapping = client -> breaking(client, breaks);

        Run tar = bucky("tar", "-r", ".");

        assertThat(breaks.get()).isNegative();
        assertThat(tar.err()).contains("0 failed");
        assertThat(tar.code()).isZero();
        assertSame(entries(tar.out()), contents);
    }

    /** Lets some fetches break off in the middle of a file, or at the third one. */
    private static AgentClient breaking(AgentClient client, AtomicInteger breaks) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            try {
                if (method.getName().equals("fetch") && breaks.getAndDecrement() > 0) {
                    arguments[2] = new Breaking(client, (FileStreamReader.Handler) arguments[2], breaks.get() % 2 == 0);
                }
                return method.invoke(client, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (AgentClient)
                Proxy.newProxyInstance(AgentClient.class.getClassLoader(), new Class<?>[] {AgentClient.class}, handler);
    }

    /** As when a connection is lost. */
    private static final class Breaking extends ForwardingHandler {
        private final AgentClient client;
        private final boolean inFile;
        private int files;

        Breaking(AgentClient client, FileStreamReader.Handler handler, boolean inFile) {
            super(handler);
            this.client = client;
            this.inFile = inFile;
        }

        @Override
        public void file(StreamedFile file) throws IOException {
            if (++files == 3 && !inFile) {
                throw lost();
            }
            super.file(file);
        }

        private AgentUnreachableException lost() {
            return new AgentUnreachableException(client.address(), client.address() + " is lost", null);
        }

        @Override
        public void chunk(long offset, ByteBuffer bytes) throws IOException {
            if (inFile && files == 2) {
                super.chunk(offset, bytes.limit(bytes.position() + 100));
                throw lost();
            }
            super.chunk(offset, bytes);
        }
    }

    @Test
    void filesTooLargeForMemoryGoThroughTheDisk() throws Exception {
        start(2);
        Map<String, byte[]> contents = populate(2);
        addMetric("tar.large.m", mostlyEmpty(9_000_000), contents);

        Run tar = bucky("tar", "-w", "1", "-r", ".");
        assertSame(entries(tar.out()), contents);
        wipe();

        assertThat(bucky(new ByteArrayInputStream(tar.out()), "restore", "-w", "1", "-")
                        .code())
                .isZero();
        assertRestored(contents);
    }

    @Test
    void saysHowItWentAsJson() throws Exception {
        start(1);
        populate(3);
        Run tar = bucky("tar", "-j", "-r", ".");
        assertThat(tar.err()).contains("{\"written\":3,").contains("\"failures\":[]}");
        Run restore = bucky(new ByteArrayInputStream(tar.out()), "restore", "-j", "-");
        assertThat(new String(restore.out(), StandardCharsets.UTF_8))
                .startsWith("{\"restored\":3,")
                .endsWith("\"broken\":null}\n");
        assertThat(restore.err()).isEmpty();
    }

    @Test
    void stopsWhenAsked() throws Exception {
        start(1);
        populate(50);
        byte[] archive = bucky("tar", "-r", ".").out();
        wipe();
        InputStream stopping = new InputStream() {
            private int at;

            @Override
            public int read() {
                if (at == 100_000) {
                    interrupts.interrupt();
                }
                return at < archive.length ? archive[at++] & 0xFF : -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, 1000));
            }
        };

        Run restore = bucky(stopping, "restore", "-");

        assertThat(restore.code()).isEqualTo(130);
        assertThat(restore.err()).contains("stopped before the end of standard input");
        assertThat(restore.err()).doesNotContain("Restored 50 metrics").contains("0 failed");
    }
}
