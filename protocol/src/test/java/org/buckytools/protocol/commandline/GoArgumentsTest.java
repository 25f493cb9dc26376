package org.buckytools.protocol.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.buckytools.protocol.commandline.GoArguments.Flag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoArgumentsTest {
    private static final Flag WORKERS = new Flag("--workers", false, Optional.empty());
    private static final Flag DELETE = new Flag("--delete", true, Optional.empty());
    private static final Flag FILTER = new Flag("--filter", true, Optional.of("--no-filter"));
    private static final GoArguments ARGUMENTS =
            new GoArguments(Map.of("w", WORKERS, "workers", WORKERS, "delete", DELETE, "filter", FILTER));

    @ParameterizedTest
    @ValueSource(strings = {"-w 9", "--w 9", "-w=9", "--w=9", "-workers 9", "--workers=9"})
    void takesEverySpellingOfAValue(String spelling) {
        assertThat(normalised(spelling.split(" "))).containsExactly("--workers=9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-delete", "--delete", "-delete=true", "--delete=T", "-delete=1", "-delete=false -delete"})
    void takesEverySpellingOfASwitch(String spelling) {
        assertThat(normalised(spelling.split(" "))).containsExactly("--delete");
    }

    @Test
    void leavesOutASwitchThatIsTurnedOff() {
        assertThat(normalised("-delete", "-delete=false", "a")).containsExactly("a");
    }

    @Test
    void turnsOffASwitchThatIsOnByDefault() {
        assertThat(normalised("-filter=f")).containsExactly("--no-filter");
    }

    @Test
    void doesNotTakeTheNextArgumentForTheValueOfASwitch() {
        assertThat(normalised("-delete", "false")).containsExactly("--delete", "false");
    }

    @Test
    void takesAValueThatLooksLikeAFlag() {
        assertThat(normalised("-w", "-delete")).containsExactly("--workers=-delete");
    }

    @Test
    void keepsEqualsSignsInsideAValue() {
        assertThat(normalised("-w=a=b", "c=d")).containsExactly("--workers=a=b", "c=d");
    }

    @Test
    void leavesAloneWhatIsNoFlag() {
        assertThat(normalised("-", "a.b", "")).containsExactly("-", "a.b", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nonsense", "-x", "---w"})
    void refusesUnknownFlags(String flag) {
        for (String spelling : List.of(flag, flag + "=1")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> normalised("a", spelling))
                    .withMessage("Unknown option: '" + flag + "'");
        }
    }

    @Test
    void stopsAtTwoDashes() {
        assertThat(normalised("-w", "1", "--", "-w", "2")).containsExactly("--workers=1", "--", "-w", "2");
    }

    @Test
    void leavesAMissingValueToTheParser() {
        assertThat(normalised("-w")).containsExactly("--workers");
    }

    @Test
    void refusesASwitchWithAValueThatIsNoBoolean() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> normalised("-delete=maybe"))
                .withMessage("\"maybe\" is not a value for -delete; it is a switch and takes true or false");
    }

    private static List<String> normalised(String... arguments) {
        return ARGUMENTS.normalise(List.of(arguments));
    }
}
