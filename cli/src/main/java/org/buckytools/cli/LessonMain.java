package org.buckytools.cli;

import java.io.ByteArrayInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.buckytools.cli.output.Console;

/**
 * Does in one process what short runs of the programs do in many, and nothing else: the JVM that runs it records which classes they load,
 * which makes a start-up cache, and a JVM loads all that its cache has before it begins, needed or not. {@link TrainingMain} starts it.
 */
final class LessonMain {
    private final Surroundings around;
    private final Path folder;
    private final String daemon;

    private LessonMain(Surroundings around, Path folder, String daemon) {
        this.around = around;
        this.folder = folder;
        this.daemon = daemon;
    }

    /**
     * Ends the process; 0 if the command of the arguments, if there is one, went well.
     *
     * @param arguments the kind of commands; a folder with the files first.wsp and second.wsp and room for others; a daemon, which
     *     has two metrics of these names; and perhaps a command of {@code bucky} to be run as well
     */
    public static void main(String[] arguments) throws IOException {
        String kind = arguments[0];
        HeadStart prepared = kind.equals("files") ? HeadStart.none() : HeadStart.ofClients();
        Surroundings around = BuckyMain.ofProcess(prepared);
        LessonMain lesson = new LessonMain(around, Path.of(arguments[1]), arguments[2]);
        switch (kind) {
            case "moves" -> lesson.move();
            case "deletes" -> lesson.bucky("delete", "-h", lesson.daemon, "--noconfirm", "second");
            case "archives" -> lesson.archive();
            case "looks" -> lesson.look();
            case "files" -> lesson.work();
            default -> throw new IllegalArgumentException("there is no kind of command called " + kind);
        }
        List<String> command = List.of(arguments).subList(3, arguments.length);
        System.exit(command.isEmpty() ? ExitCode.DONE.code() : BuckyMain.run(around, command.toArray(new String[0])));
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
    private void work() {
        Console console = around.console();
        InstantSource clock = InstantSource.system();
        String first = folder.resolve("first.wsp").toString();
        String second = folder.resolve("second.wsp").toString();
        BuckyIsEmptyMain.program(console, clock).run(List.of(first));
        BuckyFillMain.program(console, clock).run(List.of(first, second));
        BuckySparsifyMain.program(console).run(List.of(first));
        GenTestMetricsMain.program(console, clock).run(List.of("-c", "3"));
    }

    /** A command that finds nothing to do, or fails, is recorded as well. */
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
}
