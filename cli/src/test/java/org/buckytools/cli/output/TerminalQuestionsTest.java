package org.buckytools.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file stands for the terminal: the answer is in it already, and the question is added behind it. */
class TerminalQuestionsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"y,true", "Y,true", "' yes ',true", "n,false", "'',false", "yesterday,false", "no,false"})
    void takesOnlyAYesForAYes(String typed, boolean agreed) throws IOException {
        Path terminal = Files.writeString(folder.resolve("tty"), typed + "\n");

        assertThat(new TerminalQuestions(terminal).confirm("Delete 1 metric on a:4242?"))
                .contains(agreed);
        assertThat(terminal).hasContent(typed + "\nDelete 1 metric on a:4242? [y/N] ");
    }

    @Test
    void asksNobodyWhereThereIsNoTerminal() throws IOException {
        assertThat(new TerminalQuestions(folder.resolve("none")).confirm("?")).isEmpty();
    }
}
