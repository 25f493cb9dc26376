package org.buckytools.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Path;
import org.buckytools.cli.cluster.AgentClients;
import org.buckytools.protocol.MetricName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoClusterTest {
    @TempDir
    private Path folder;

    /** After an interruption one thread cleans up while the other is still at work. */
    @Test
    void makesNothingMoreOnceItIsStopped() throws Exception {
        AgentClients.Factory none = settings -> {
            throw new IllegalStateException("nothing is to be asked");
        };
        DemoCluster cluster = new DemoCluster(folder);
        assertThat(cluster.file("127.0.1.1", new MetricName("a.b"))).startsWithRaw(folder);

        cluster.close();

        assertThatIOException()
                .isThrownBy(() -> cluster.file("127.0.1.1", new MetricName("a.b")))
                .withMessage("the demo was stopped");
        assertThatIOException()
                .isThrownBy(() -> cluster.start(folder.resolve("buckyd"), none))
                .withMessage("the demo was stopped");
    }
}
