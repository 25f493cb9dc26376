package org.buckytools.cli;

import java.io.ByteArrayInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.buckytools.cli.demo.DaemonProcess;
import org.buckytools.cli.output.Console;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.ClientOptions;
import org.buckytools.protocol.client.HttpAgentClients;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperHeader;

/**
 * Does in one process what short runs of the programs do in many. The JVM that runs it records which classes they load, which makes a
 * start-up cache. A JVM loads all that its cache has before it begins, needed or not, so there is one for each kind of command. Run
 * when the programs are built, packaged or installed.
 */
final class TrainingMain {
    private static final WhisperHeader HEADER =
            WhisperHeader.create(List.of(new Retention(60, 60)), Aggregation.AVERAGE, 0.5f);

    private final Surroundings around;
    private final Path folder;
    private final String daemon;

    private TrainingMain(Surroundings around, Path folder, DaemonAddress daemon) {
        this.around = around;
        this.folder = folder;
        this.daemon = daemon.toString();
    }

    /**
     * Ends the process; 0 if all went well. The daemon's program is found as by the demo.
     *
     * @param arguments which kind: {@code moves}, {@code archives}, {@code looks} or {@code files}, as in the launcher
     */
    public static void main(String[] arguments) throws Exception {
        String kind = arguments[0];
        HeadStart prepared = kind.equals("files") ? HeadStart.none() : HeadStart.ofClients();
        Surroundings around = BuckyMain.ofProcess(prepared);
        int code = ExitCode.DONE.code();
        switch (kind) {
            case "moves" -> {
                code = BuckyMain.run(around, "demo", "--metrics", "200");
                if (code == ExitCode.DONE.code()) {
                    train(around, TrainingMain::move);
                }
            }
            case "archives" -> train(around, TrainingMain::archive);
            case "looks" -> train(around, TrainingMain::look);
            case "files" -> work(around);
            default -> throw new IllegalArgumentException("there is no kind of command called " + kind);
        }
        System.exit(code);
    }

    /** What is run while a daemon with two metrics runs. */
    private interface Training {
        void run(TrainingMain training) throws IOException;
    }

    private static void train(Surroundings around, Training training) throws Exception {
        Path folder = Files.createTempDirectory("bucky-training-");
        try {
            DaemonAddress address = new DaemonAddress("127.0.0.1", freePort());
            Path store = Files.createDirectory(folder.resolve("store"));
            for (String name : List.of("first", "second")) {
                create(store.resolve(name + ".wsp"));
            }
            // Rings of carbon's own type are what most clusters have; the demo's is another.
            List<String> ring = List.of(
                    "--prefix=" + store,
                    "--tmpdir=" + folder,
                    "--hash=carbon",
                    address.host() + ":2003=a",
                    "127.0.0.1:2004=b");
            String program = around.buckyd().orElseThrow().toString();
            try (DaemonProcess process = DaemonProcess.start(List.of(program), address, ring, folder.resolve("log"))) {
                try (HttpAgentClients clients = new HttpAgentClients(ClientOptions.DEFAULT, InstantSource.system());
                        AgentClient client = clients.connect(address)) {
                    process.awaitAnswer(client);
                }
                training.run(new TrainingMain(around, folder, address));
            }
        } finally {
            remove(folder);
        }
    }

    private void look() throws IOException {
        for (String command : List.of("servers", "list", "inconsistent", "du")) {
            bucky(command, "-h", daemon);
        }
        bucky("servers", "-j", "-h", daemon);
        bucky("list", "-j", "-h", daemon);
        bucky("list", "-l", "-h", daemon);
        bucky("list", "-s", "-h", daemon, "no.such.metric");
        bucky("list", "-h", daemon, "-r", "^f.*t$");
        bucky("locate", "-h", daemon, "first");
        bucky("stat", "-h", daemon, "first", "second");
        try (InputStream names = new ByteArrayInputStream("first\nsecond\n".getBytes(StandardCharsets.UTF_8))) {
            bucky(new Console(names, around.console().out(), around.console().err()), "json", "-");
        }
    }

    private void move() {
        bucky("rebalance", "-h", daemon, "--no-op");
        bucky("rebalance", "-h", daemon);
        bucky("delete", "-h", daemon, "--noconfirm", "second");
    }

    private void archive() throws IOException {
        Path archive = folder.resolve("archive");
        try (InputStream in = InputStream.nullInputStream();
                OutputStream out = new FileOutputStream(archive.toFile())) {
            bucky(new Console(in, out, around.console().err()), "tar", "-h", daemon, "-r", ".");
        }
        bucky("restore", "-h", daemon, archive.toString());
    }

    /** The programs that need no daemon. */
    private static void work(Surroundings around) throws IOException {
        Path folder = Files.createTempDirectory("bucky-training-");
        try {
            Console console = around.console();
            InstantSource clock = InstantSource.system();
            Path first = folder.resolve("first.wsp");
            Path second = folder.resolve("second.wsp");
            create(first);
            create(second);
            BuckyIsEmptyMain.program(console, clock).run(List.of(first.toString()));
            BuckyFillMain.program(console, clock).run(List.of(first.toString(), second.toString()));
            BuckySparsifyMain.program(console).run(List.of(first.toString()));
            GenTestMetricsMain.program(console, clock).run(List.of("-c", "3"));
        } finally {
            remove(folder);
        }
    }

    /** A command that finds nothing to do, or fails, is trained as well. */
    private void bucky(String... arguments) {
        BuckyMain.run(around, arguments);
    }

    private void bucky(Console console, String... arguments) {
        Surroundings others = new Surroundings(
                console,
                around.environment(),
                around.clients(),
                around.transfer(),
                around.buckyd(),
                around.questions());
        BuckyMain.run(others, arguments);
    }

    private static void create(Path file) throws IOException {
        WhisperFile.create(file, HEADER, WhisperFile.Allocation.SPARSE, WhisperFile.Existing.REFUSE);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
