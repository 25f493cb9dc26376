package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.buckytools.protocol.names.NameList;
import org.junit.jupiter.api.Test;

class ChangesTest {
    // Few, so that changes meet; in the order of bytes as well as of characters.
    private static final List<String> POOL = pool();

    private static List<String> pool() {
        List<String> names = new ArrayList<>();
        for (String stem : List.of("a", "a-b", "a.b", "a.b.c", "b", "servers.x.cpu", "é", "z")) {
            for (int i = 0; i < 12; i++) {
                names.add(stem + i);
            }
        }
        return names;
    }

    private static NameList list(Collection<String> names) {
        NameList.Builder builder = NameList.builder();
        names.forEach(builder::add);
        return builder.build();
    }

    private static List<String> all(MergedNames names) {
        List<String> all = new ArrayList<>();
        while (names.next()) {
            all.add(new String(names.bytes(), 0, names.length(), UTF_8));
        }
        return all;
    }

    @Property(tries = 300)
    void aListAndItsChangesAreWhatASetWouldBe(@ForAll long seed, @ForAll @IntRange(min = 0, max = 400) int steps) {
        Random random = new Random(seed);
        Set<String> model = new TreeSet<>(POOL.subList(0, random.nextInt(POOL.size())));
        NameList base = list(model);
        ChangeLog log = new ChangeLog();
        Changes earlier = Changes.NONE;
        for (int i = 0; i < steps; i++) {
            String name = POOL.get(random.nextInt(POOL.size()));
            boolean exists = random.nextBoolean();
            log.note(name, exists);
            if (exists) {
                model.add(name);
            } else {
                model.remove(name);
            }
            switch (random.nextInt(50)) {
                case 0 -> {
                    earlier = earlier.then(log.freeze().changes());
                    log = new ChangeLog();
                }
                case 1 -> {
                    base = earlier.then(log.freeze().changes()).appliedTo(base).toList();
                    earlier = Changes.NONE;
                    log = new ChangeLog();
                }
                default -> {}
            }
        }
        Changes changes = earlier.then(log.freeze().changes());
        assertThat(all(changes.appliedTo(base))).isEqualTo(List.copyOf(model));
        assertThat(new InventorySnapshot(base, changes).size()).isEqualTo(model.size());
        Changes last = changes;
        assertThat(last.created()).noneMatch(last.deleted()::contains);
    }

    @Property(tries = 300)
    void goesOnToTheNextNameThatIsNotBefore(@ForAll long seed) {
        Random random = new Random(seed);
        Set<String> base = some(random);
        Set<String> added = some(random);
        Set<String> removed = some(random);
        removed.removeAll(added);
        TreeSet<String> model = new TreeSet<>(base);
        model.addAll(added);
        model.removeAll(removed);
        MergedNames names = new MergedNames(list(base), list(added), list(removed));
        String current = "";
        boolean first = true;
        while (true) {
            String wanted = POOL.get(random.nextInt(POOL.size()));
            boolean jump = random.nextInt(3) == 0;
            String expected = first ? (model.isEmpty() ? null : model.first()) : model.higher(current);
            if (jump && expected != null && wanted.compareTo(expected) > 0) {
                expected = model.ceiling(wanted);
            }
            byte[] bytes = wanted.getBytes(UTF_8);
            boolean more = jump ? names.nextNotBefore(bytes, bytes.length) : names.next();
            assertThat(more).isEqualTo(expected != null);
            if (!more) {
                return;
            }
            first = false;
            current = new String(names.bytes(), 0, names.length(), UTF_8);
            assertThat(current).isEqualTo(expected);
        }
    }

    private static Set<String> some(Random random) {
        Set<String> names = new TreeSet<>();
        int count = random.nextInt(POOL.size());
        for (int i = 0; i < count; i++) {
            names.add(POOL.get(random.nextInt(POOL.size())));
        }
        return names;
    }

    @Test
    void aLogOfManyChangesIsSortedPieceByPiece() {
        ChangeLog log = new ChangeLog();
        for (int i = 0; i < 30_000; i++) {
            log.note("m" + i, true);
        }
        for (int i = 0; i < 30_000; i++) {
            log.note("m" + i, i % 10 == 0);
        }
        Changes changes = log.freeze().changes();
        assertThat(changes.created().size()).isEqualTo(3_000);
        assertThat(changes.deleted().size()).isEqualTo(27_000);
        assertThat(changes.created()).contains("m0", "m29990").doesNotContain("m1");
    }

    @Test
    void whatIsFrozenStaysAsItWas() {
        ChangeLog log = new ChangeLog();
        log.note("a", true);
        ChangeLog.Frozen frozen = log.freeze();
        log.note("a", false);
        log.note("b", true);
        assertThat(frozen.changes().created()).containsExactly("a");
        assertThat(frozen.changes().deleted()).isEmpty();
    }
}
