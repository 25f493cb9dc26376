package org.buckytools.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.buckytools.hashring.Member;
import org.buckytools.protocol.RingDescription;

/** What daemons say of their ring, compared. */
final class Rings {
    private Rings() {}

    /**
     * What {@code other} has differently, each as the end of a sentence that begins with its daemon; empty if both place every
     * metric alike.
     *
     * @param first what it is compared with, and {@code firstName} what that is called
     */
    static List<String> differences(RingDescription first, String firstName, RingDescription other) {
        List<String> differences = new ArrayList<>();
        if (!sameType(first, other)) {
            differences.add("has the hash ring " + nameOf(other) + ", " + firstName + " has " + nameOf(first));
        }
        if (first.replicas() != other.replicas()) {
            differences.add("has replicas " + other.replicas() + ", " + firstName + " has " + first.replicas());
        }
        if (first.replicas() > 1 && first.hasDiverseReplicas() != other.hasDiverseReplicas()) {
            differences.add("has diverse replicas " + onOff(other) + ", " + firstName + " has them " + onOff(first));
        }
        memberDifference(first.nodes(), firstName, other.nodes()).ifPresent(differences::add);
        return differences;
    }

    /**
     * A Go daemon knows its own names only, so where one of the two is a Go daemon, what counts is what the other one tells Go
     * clients: that is the same name only if the placement is the same.
     */
    private static boolean sameType(RingDescription first, RingDescription other) {
        if (first.ring().isPresent() && other.ring().isPresent()) {
            return first.ring().equals(other.ring());
        }
        return first.algo().equals(other.algo());
    }

    private static String onOff(RingDescription description) {
        return description.hasDiverseReplicas() ? "on" : "off";
    }

    private static Optional<String> memberDifference(List<Member> first, String firstName, List<Member> other) {
        if (first.size() != other.size()) {
            return Optional.of("has " + other.size() + " ring members, " + firstName + " has " + first.size());
        }
        for (int i = 0; i < first.size(); i++) {
            if (!first.get(i).equals(other.get(i))) {
                return Optional.of("has " + other.get(i) + " as ring member " + (i + 1) + ", " + firstName + " has "
                        + first.get(i));
            }
        }
        return Optional.empty();
    }

    /** The name of the ring's type as its daemon gives it. */
    static String nameOf(RingDescription description) {
        return description.ring().orElse(description.algo());
    }
}
