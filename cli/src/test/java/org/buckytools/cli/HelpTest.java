package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Help texts are golden files; a run with {@code -Dbuckytools.update.golden=true} writes them anew. */
class HelpTest extends CommandTestBase {
    private static final Path GOLDEN = Path.of("src/test/resources/org/buckytools/cli/help");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "servers",
                "list",
                "locate",
                "inconsistent",
                "du",
                "stat",
                "rebalance",
                "copy",
                "backfill",
                "backfill2",
                "tar",
                "restore",
                "delete",
                "modify",
                "json",
                "demo",
                "help"
            })
    void printsHelpOnACommand(String command) throws IOException {
        CommandRun help = run(FakeCluster.ofThree(), "help", command);

        assertThat(help.out()).isEqualTo(golden(command, help.out()));
        assertThat(help.code()).isZero();
        assertThat(help.err()).isEmpty();
    }

    @Test
    void listsTheCommands() throws IOException {
        CommandRun help = run(FakeCluster.ofThree(), "help");

        assertThat(help.out()).isEqualTo(golden("bucky", help.out()));
        assertThat(run(FakeCluster.ofThree(), "--help")).isEqualTo(help);
        assertThat(run(FakeCluster.ofThree(), "-h")).isEqualTo(help);
    }

    @Test
    void printsTheSameHelpForTheFlag() {
        assertThat(run(FakeCluster.ofThree(), "list", "--help")).isEqualTo(run(FakeCluster.ofThree(), "help", "list"));
        assertThat(run(FakeCluster.ofThree(), "list", "-help")).isEqualTo(run(FakeCluster.ofThree(), "help", "list"));
    }

    @Test
    void launchersGetTheSameTexts(@TempDir Path directory) throws IOException {
        HelpFilesMain.main(new String[] {directory.resolve("help").toString()});

        assertThat(directory.resolve("help/list.txt"))
                .hasContent(run(FakeCluster.ofThree(), "help", "list").out());
        assertThat(directory.resolve("help/bucky.txt"))
                .hasContent(run(FakeCluster.ofThree(), "help").out());
        assertThat(directory.resolve("help/version.txt"))
                .hasContent(run(FakeCluster.ofThree(), "--version").out());
    }

    @Test
    void printsTheVersion() {
        CommandRun version = run(FakeCluster.ofThree(), "--version");

        assertThat(version.out()).matches("bucky [0-9]+\\.[0-9]+\\.[0-9]+.*\n");
        assertThat(version.code()).isZero();
    }

    @Test
    void refusesCommandsThatThereAreNot() {
        CommandRun refusal = new CommandRun(2, "", """
                bucky: there is no command "nonsense"
                  Run bucky help.
                """);
        assertThat(run(FakeCluster.ofThree(), "nonsense")).isEqualTo(refusal);
        assertThat(run(FakeCluster.ofThree(), "help", "nonsense").code()).isEqualTo(2);
        assertThat(run(FakeCluster.ofThree()).code()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nonsense",
                "-t",
                "-t=x",
                "-w=0",
                "-w=-1",
                "-v=maybe",
                "-h=:x",
                "--testing.worker-sleep-seconds=1"
            })
    void refusesFlagsThatItDoesNotUnderstand(String flag) {
        CommandRun run = run(FakeCluster.ofThree(), "list", flag);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("bucky: ");
    }

    @Test
    void saysWhichFlagItDoesNotKnow() {
        assertThat(run(FakeCluster.ofThree(), "list", "-nonsense")).isEqualTo(new CommandRun(2, "", """
                bucky: Unknown option: '-nonsense'
                  Run bucky list --help.
                """));
    }

    private static String golden(String name, String now) throws IOException {
        Path file = GOLDEN.resolve(name + ".txt");
        if (Boolean.getBoolean("buckytools.update.golden")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, now);
        }
        return Files.readString(file);
    }
}
