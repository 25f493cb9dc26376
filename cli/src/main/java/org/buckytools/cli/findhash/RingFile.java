package org.buckytools.cli.findhash;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;

/**
 * The members of a ring, some without an instance yet.
 *
 * @param members with port; those whose instance is empty get one when a ring is made
 */
record RingFile(List<Member> members) {
    private static final int DEFAULT_PORT = 2003;

    RingFile {
        members = List.copyOf(members);
    }

    /**
     * Reads {@code HOST[:PORT][:INSTANCE]} lines; blank ones and those that begin with {@code #} count for nothing.
     *
     * @throws IllegalArgumentException if a line is none of these, or there is no member, with a text for the user
     */
    static RingFile parse(List<String> lines) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    members.add(parseMember(line));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
                }
            }
        }
        if (members.isEmpty()) {
            throw new IllegalArgumentException("there is no member of a ring in it");
        }
        return new RingFile(members);
    }

    /** Port and instance may also be there and empty: {@code HOST::INSTANCE}, {@code HOST:PORT:}. */
    private static Member parseMember(String line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == ':') {
            end--;
        }
        String text = line.substring(0, end);
        int afterHost = text.startsWith("[") ? Math.max(text.indexOf(']'), 0) : 0;
        int empty = text.indexOf("::", afterHost);
        if (empty >= 0) {
            text = text.substring(0, empty + 1) + DEFAULT_PORT + text.substring(empty + 1);
        }
        Member member = Member.parse(text);
        return member.port() == 0 ? new Member(member.host(), DEFAULT_PORT, member.instance()) : member;
    }

    /** Whether each member has its instance, so that there is but one ring. */
    boolean isComplete() {
        return members.stream().allMatch(member -> member.instance().isPresent());
    }

    /**
     * The ring, with instances from {@code instances} where there are none.
     *
     * @throws IllegalArgumentException if a member is there twice, with a text for the user
     */
    HashRing ring(Supplier<String> instances) {
        List<Member> complete = members.stream()
                .map(member -> member.instance().isPresent()
                        ? member
                        : new Member(member.host(), member.port(), Optional.of(instances.get())))
                .toList();
        return HashRings.of(RingType.CARBON, complete);
    }
}
