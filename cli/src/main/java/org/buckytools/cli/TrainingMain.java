package org.buckytools.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.buckytools.cli.command.DemoCommand;
import org.buckytools.cli.command.DemoCommandModel;
import org.buckytools.cli.demo.DaemonProcess;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.ClientOptions;
import org.buckytools.protocol.client.HttpAgentClients;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperHeader;
import picocli.CommandLine;

/**
 * Starts daemons, and then {@link LessonMain} in a process of its own, which finds all that it works with. Run when the programs are built,
 * packaged or installed.
 */
final class TrainingMain {
    private static final WhisperHeader HEADER =
            WhisperHeader.create(List.of(new Retention(60, 60)), Aggregation.AVERAGE, 0.5f);

    private final Surroundings around;
    private final String kind;
    private final List<String> recorder;
    private final Path folder;

    private TrainingMain(Surroundings around, String kind, List<String> recorder, Path folder) {
        this.around = around;
        this.kind = kind;
        this.recorder = recorder;
        this.folder = folder;
    }

    /**
     * Ends the process; 0 if all went well. The daemon's program is found as by the demo.
     *
     * @param arguments which kind: {@code moves}, {@code deletes}, {@code archives}, {@code looks} or {@code files}, as in the launcher; and
     *     the
     *     command of a JVM that records what it loads, up to its class path
     */
    public static void main(String[] arguments) throws Exception {
        List<String> recorder = List.of(arguments).subList(1, arguments.length);
        Path folder = Files.createTempDirectory("bucky-training-");
        int code;
        try {
            code = new TrainingMain(BuckyMain.ofProcess(HeadStart.none()), arguments[0], recorder, folder).train();
        } finally {
            remove(folder);
        }
        System.exit(code);
    }

    private int train() throws IOException, InterruptedException {
        for (String name : List.of("first", "second")) {
            WhisperFile.create(
                    folder.resolve(name + ".wsp"), HEADER, WhisperFile.Allocation.SPARSE, WhisperFile.Existing.REFUSE);
        }
        DaemonAddress address = new DaemonAddress("127.0.0.1", freePort());
        if (kind.equals("files")) {
            return lesson(address, List.of());
        }
        Path store = Files.createDirectory(folder.resolve("store"));
        for (String name : List.of("first.wsp", "second.wsp")) {
            Files.copy(folder.resolve(name), store.resolve(name));
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
            return kind.equals("moves") ? demo(address) : lesson(address, List.of());
        }
    }

    /** The demo, in which the lesson does the rebalance: it is the only one here in which something moves. */
    private int demo(DaemonAddress address) {
        DemoCommand demo = new DemoCommand(
                around.buckyd(), command -> demonstrate(address, command), around.clients(), around.console());
        return new CommandLine(DemoCommandModel.of(demo)).execute("--metrics", "200");
    }

    private int demonstrate(DaemonAddress address, String... command) {
        boolean isMove = command[0].equals("rebalance") && !List.of(command).contains("--no-op");
        try {
            return isMove ? lesson(address, List.of(command)) : BuckyMain.run(around, command);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the lesson was not held", e);
        }
    }

    private int lesson(DaemonAddress daemon, List<String> command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(recorder);
        Collections.addAll(words, LessonMain.class.getName(), kind, folder.toString(), daemon.toString());
        words.addAll(command);
        return new ProcessBuilder(words).inheritIO().start().waitFor();
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
