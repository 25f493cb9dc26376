package org.buckytools.agent.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.buckytools.agent.auth.AccessDeniedException;
import org.buckytools.agent.auth.Acl;
import org.buckytools.hashring.Member;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.client.ClientOptions;
import org.buckytools.protocol.client.HttpAgentClients;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
    private static final RingDescription RING = new RingDescription(
            "a",
            List.of(Member.parse("a"), Member.parse("b")),
            "jump_fnv1a",
            1,
            Optional.of("jump_fnv1a"),
            Optional.empty(),
            2,
            Optional.empty(),
            OptionalInt.empty());

    @TempDir
    Path folder;

    private List<Path> left() throws IOException {
        try (var all = Files.list(folder)) {
            return all.toList();
        }
    }

    @Test
    void movesMetricsAndLeavesNothingBehind() throws IOException {
        int moved = new Rehearsal(folder, true, RING, () -> true, InstantSource.system()).run();
        assertThat(moved).isEqualTo(40 * 20);
        assertThat(left()).isEmpty();
    }

    @Test
    void stopsWhenItIsNotWantedAnyMore() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        int moved = new Rehearsal(folder, false, RING, () -> asked.incrementAndGet() < 4, InstantSource.system()).run();
        assertThat(moved).isEqualTo(20);
        assertThat(left()).isEmpty();
    }

    @Test
    void failsWhereNoFolderCanBeMade() {
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> new Rehearsal(none, false, RING, () -> true, InstantSource.system()).run())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none");
    }

    @Test
    void itsDaemonsAnswerNobodyElse() throws IOException {
        Acl closed = token -> {
            throw new AccessDeniedException("closed");
        };
        try (StandIn daemon = StandIn.start(folder.resolve("store"), true, closed, List.of(), InstantSource.system());
                HttpAgentClients clients = new HttpAgentClients(ClientOptions.DEFAULT, InstantSource.system())) {
            assertThat(daemon.address().host()).isEqualTo("127.0.0.1");
            assertThatThrownBy(() -> clients.connect(daemon.address()).status())
                    .isInstanceOf(AgentRefusedException.class);
        }
    }
}
