package org.buckytools.agent.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.buckytools.agent.pull.Portions.Portion;
import org.junit.jupiter.api.Test;

class PortionsTest {
    private static final Duration LONG = Duration.ofDays(1);

    /** Takes all there are, each item having so many bytes. */
    private static List<Portion> taken(Portions portions, long bytes) {
        List<Portion> taken = new ArrayList<>();
        for (Optional<Portion> next = portions.next(); next.isPresent(); next = portions.next()) {
            taken.add(next.get());
            for (int i = 0; i < next.get().count(); i++) {
                portions.sized(bytes);
            }
        }
        return taken;
    }

    private static List<Integer> counts(List<Portion> portions) {
        return portions.stream().map(Portion::count).toList();
    }

    @Test
    void handsOutEachItemOnceAndInOrder() {
        List<Portion> portions = taken(new Portions(7001, 3, LONG), 12_000);
        int next = 0;
        for (Portion portion : portions) {
            assertThat(portion.from()).isEqualTo(next);
            next += portion.count();
        }
        assertThat(next).isEqualTo(7001);
    }

    @Test
    void beginsWithLittleAndTakesManyAtATimeOfWhatIsSmall() {
        assertThat(counts(taken(new Portions(8000, 1, LONG), 12_000)).subList(0, 4))
                .containsExactly(32, 1024, 1024, 1024);
    }

    @Test
    void takesNoMoreThanSixtyFourMebibytesOfWhatIsLarge() {
        List<Integer> counts = counts(taken(new Portions(8000, 1, LONG), 16 << 20));
        assertThat(counts.getFirst()).isEqualTo(32);
        assertThat(counts.subList(1, 100)).containsOnly(4);
    }

    @Test
    void spreadsTheEndOverAllWhoFetchButNotInCrumbs() {
        List<Integer> counts = counts(taken(new Portions(400, 2, LONG), 1 << 20));
        assertThat(counts).startsWith(32, 64, 64, 60, 45, 33);
        assertThat(counts.subList(0, counts.size() - 1)).allMatch(count -> count >= 8);
    }

    @Test
    void handsOutTheFirstPortionOnlyWhereThereIsNoTime() {
        Portions portions = new Portions(100, 1, Duration.ZERO);
        assertThat(taken(portions, 1)).containsExactly(new Portion(0, 32));
        assertThat(portions.rest()).contains(new Portion(32, 68));
    }

    @Test
    void handsOutNothingMoreOnceItIsStopped() {
        Portions portions = new Portions(100, 1, LONG);
        assertThat(portions.next()).isPresent();
        portions.stop();
        assertThat(portions.next()).isEmpty();
        assertThat(portions.rest()).contains(new Portion(32, 68));
    }

    @Test
    void hasNoRestWhenAllIsHandedOut() {
        Portions portions = new Portions(100, 1, LONG);
        taken(portions, 1);
        assertThat(portions.rest()).isEmpty();
    }
}
