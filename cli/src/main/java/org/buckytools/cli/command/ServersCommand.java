package org.buckytools.cli.command;

import java.util.concurrent.Callable;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.option.ClusterOptions;
import org.buckytools.cli.option.OutputOptions;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.task.CheckInventories;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bucky servers}. */
@Command(
        name = "servers",
        header = "List the nodes of the cluster and check that they agree.",
        description = {
            "",
            "Asks one daemon for the ring and every host of that ring for its own, and compares them: type of ring, members and"
                    + " their order, replicas. Says exactly what differs and which daemons are down; warns of daemons whose lists of metrics are"
                    + " incomplete or old.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all daemons answer and agree",
            "1:failed for another reason",
            "2:wrong usage",
            "4:a daemon is down, or they disagree"
        })
public final class ServersCommand implements Callable<Integer> {
    @Mixin
    ClusterOptions cluster;

    @Mixin
    OutputOptions output;

    private final Clusters clusters;
    private final Console console;

    /** The command, working on these. */
    public ServersCommand(Clusters clusters, Console console) {
        this.clusters = clusters;
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        try (Cluster nodes = clusters.connect(cluster.settings())) {
            output.printer(console).servers(nodes);
            for (String problem : new CheckInventories(nodes).run()) {
                console.warn(problem);
            }
            nodes.requireHealthy();
            return ExitCode.DONE.code();
        }
    }
}
