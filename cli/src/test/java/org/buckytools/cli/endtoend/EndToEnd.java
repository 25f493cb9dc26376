package org.buckytools.cli.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.buckytools.protocol.client.ClientOptions;
import org.buckytools.protocol.client.HttpAgentClients;
import org.buckytools.whisper.Archive;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.WhisperFile;

/** What the end-to-end tests share. */
final class EndToEnd {
    private EndToEnd() {}

    static HttpAgentClients clients() {
        return new HttpAgentClients(ClientOptions.DEFAULT, InstantSource.system());
    }

    /** The points of a file's finest archive; none where there is no file. */
    static Map<Long, Double> finestPoints(Path path) throws IOException {
        Map<Long, Double> points = new HashMap<>();
        if (!Files.exists(path)) {
            return points;
        }
        try (WhisperFile file = WhisperFile.openLocked(path, WhisperFile.Access.READ, Duration.ofSeconds(10))) {
            ArchiveInfo finest = file.header().archives().getFirst();
            Archive archive = file.readArchive(finest);
            for (int slot = 0; slot < finest.points() && !archive.isEmpty(); slot++) {
                long time = archive.timeAt(slot);
                if (time != 0 && archive.slotOf(time) == slot) {
                    points.put(time, archive.valueAt(slot));
                }
            }
        }
        return points;
    }
}
