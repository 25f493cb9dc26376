package org.buckytools.cli.option;

import java.util.List;
import java.util.Optional;
import org.buckytools.cli.UserFacingException;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import picocli.CommandLine.Option;

/** A ring that is described on the command line, so that no daemon has to be asked. */
public final class RingOptions {
    @Option(
            names = "--nodes",
            split = ",",
            paramLabel = "MEMBER,...",
            hideParamSyntax = true,
            description = "Ask no daemon; use a ring of these members, HOST[:PORT][=INSTANCE], in this order.")
    List<String> nodes;

    @Option(names = "--hash", paramLabel = "TYPE", description = "With --nodes: the type of ring, as buckyd takes it.")
    String hash;

    @Option(names = "--replicas", paramLabel = "N", description = "With --nodes: owners of each metric.")
    Integer replicas;

    @Option(
            names = "--no-diverse-replicas",
            description = "With --nodes: replicas may be on one host, where the type of ring has a choice.")
    boolean replicasNotDiverse;

    /** The ring described; empty if none is. */
    public Optional<HashRing> ring() throws UserFacingException {
        if (nodes == null) {
            if (hash != null || replicas != null || replicasNotDiverse) {
                throw UserFacingException.usage(
                        "--hash, --replicas and --no-diverse-replicas describe a ring without a cluster and need --nodes",
                        "Give the members with --nodes A,B,C, or leave them out to ask the cluster.");
            }
            return Optional.empty();
        }
        try {
            return Optional.of(HashRings.of(
                    RingType.of(hash == null ? RingType.CARBON.wireName() : hash),
                    nodes.stream().map(Member::parse).toList(),
                    replicas == null ? 1 : replicas,
                    !replicasNotDiverse));
        } catch (IllegalArgumentException e) {
            throw UserFacingException.usage(e.getMessage(), "");
        }
    }
}
