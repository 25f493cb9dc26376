package org.buckytools.hashring;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Rings and names made up from a seed, the same in every run. */
final class RandomRings {
    private static final int RELAY_PORT = 2003;

    private RandomRings() {}

    /** What of the members is given. Members differ in host and port, so that a relay's answer names one of them. */
    enum Style {
        HOSTS,
        PORTS,
        INSTANCES,
        NUMBERED_INSTANCES,
        PORTS_AND_INSTANCES,
        SOME_OF_EACH
    }

    record Sample(Style style, List<Member> members, int replicas) {
        @Override
        public String toString() {
            return members.size() + " members, " + style.name().toLowerCase(Locale.ROOT) + ", " + replicas
                    + (replicas == 1 ? " replica" : " replicas");
        }
    }

    /** Twelve sizes from 3 to 64 in six styles, with one to three replicas. */
    static Stream<Sample> samples() {
        int[] sizes = {3, 4, 5, 8, 11, 14, 17, 23, 32, 45, 63, 64};
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            Style style = Style.values()[i % Style.values().length];
            samples.add(new Sample(style, members(style, sizes[i], new Random(1000 + i)), 1 + (i + i / 6) % 3));
        }
        return samples.stream();
    }

    static List<Member> members(Style style, int count, Random random) {
        List<Member> members = new ArrayList<>();
        Set<String> instances = new HashSet<>();
        for (int i = 0; i < count; i++) {
            // Two or more on one host where something else tells them apart; addresses, as the relay takes two ports of
            // a
            // host that it cannot resolve for one.
            boolean shared = style != Style.HOSTS && style != Style.INSTANCES;
            String host;
            if (shared) {
                host = "10.7." + random.nextInt(3) + "." + i / 3;
            } else {
                // The relay asks for the address of each name, which can take long for those that have none.
                host = count <= 8 ? "store" + random.nextInt(10) + "-" + i : "10.8." + random.nextInt(200) + "." + i;
            }
            int port = shared ? 2000 + 10 * i + random.nextInt(10) : random.nextBoolean() ? 0 : RELAY_PORT;
            String instance;
            do {
                instance = instance(style, random);
            } while (instance != null && !instances.add(instance));
            members.add(new Member(host, port, Optional.ofNullable(instance)));
        }
        return members;
    }

    private static String instance(Style style, Random random) {
        return switch (style) {
            case HOSTS, PORTS -> null;
            case INSTANCES, PORTS_AND_INSTANCES -> Integer.toString(random.nextInt(1 << 20), 36);
            case NUMBERED_INSTANCES -> Integer.toString(random.nextInt(300));
            case SOME_OF_EACH ->
                switch (random.nextInt(6)) {
                    case 0 -> null;
                    case 1 -> random.nextInt(20) + "a";
                    case 2 -> "-" + random.nextInt(20);
                    case 3 -> "0" + random.nextInt(200);
                    case 4 -> Long.toString(random.nextLong() >>> (1 + random.nextInt(33)));
                    default -> Integer.toString(random.nextInt(200));
                };
        };
    }

    /** Clean names as they are on disk, and, where {@code tagged}, some with tags. */
    static List<String> names(int count, boolean tagged) {
        Random random = new Random(7);
        String[] words = {
            "carbon",
            "agents",
            "cpu",
            "load",
            "disk",
            "eth0",
            "free_bytes",
            "p99",
            "x-y",
            "a",
            "Web01",
            "db:7",
            "#3",
            "rx"
        };
        Set<String> names = new HashSet<>();
        List<String> result = new ArrayList<>();
        while (result.size() < count) {
            StringBuilder name = new StringBuilder();
            int parts = 1 + random.nextInt(8);
            for (int i = 0; i < parts; i++) {
                name.append(i == 0 ? "" : ".").append(words[random.nextInt(words.length)]);
                if (random.nextBoolean()) {
                    name.append(random.nextInt(1000));
                }
            }
            if (random.nextInt(50) == 0) {
                name.append(".h\u00e4user.\u6e29\u5ea6");
            }
            if (tagged && random.nextInt(5) == 0) {
                name.append(";dc=").append(random.nextInt(4)).append(";rack=r").append(random.nextInt(9));
            }
            if (names.add(name.toString())) {
                result.add(name.toString());
            }
        }
        return result;
    }
}
