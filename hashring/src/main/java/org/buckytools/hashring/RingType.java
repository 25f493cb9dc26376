package org.buckytools.hashring;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The ways in which relays place metrics, each named after the program that does it so. */
public enum RingType {
    /**
     * carbon-c-relay's {@code carbon_ch}; Python carbon 0.9 and the Go tools' {@code carbon} but for instances such as {@code 01},
     * of which the relay makes 1.
     */
    CARBON("carbon", Tags.CUT, Diversity.NEVER),

    /** Python carbon from 1.0, its default: positions that are taken move on. */
    CARBON1("carbon1", Tags.HASHED, Diversity.CHOSEN),

    /** carbon-c-relay's {@code fnv1a_ch}. */
    FNV1A("fnv1a", Tags.CUT, Diversity.NEVER),

    /** carbon-c-relay's {@code jump_fnv1a_ch}: instances in numeric order. */
    JUMP_FNV1A("jump_fnv1a", Tags.CUT, Diversity.NEVER),

    /** The {@code jump_fnv1a} of the Go tools: instances in string order. */
    JUMP_STRING("jump_string", Tags.CUT, Diversity.NEVER),

    /** Python carbon with {@code ROUTER_HASH_TYPE = fnv1a_ch}. */
    CARBON1_FNV1A("carbon1_fnv1a", Tags.HASHED, Diversity.CHOSEN),

    /** Python carbon with {@code ROUTER_HASH_TYPE = mmh3_ch}. */
    CARBON1_MMH3("carbon1_mmh3", Tags.HASHED, Diversity.CHOSEN),

    /** Python carbon with {@code RELAY_METHOD = fast-hashing} and its default hash, {@code mmh3_ch}. */
    CARBON1_FAST("carbon1_fast", Tags.HASHED, Diversity.CHOSEN),

    /** carbon-relay-ng's {@code consistentHashing}. */
    RELAY_NG("relay_ng", Tags.HASHED, Diversity.NEVER),

    /** carbon-relay-ng's {@code consistentHashing-v2}. */
    RELAY_NG_V2("relay_ng_v2", Tags.HASHED, Diversity.NEVER);

    private enum Tags {
        CUT,
        HASHED
    }

    private enum Diversity {
        CHOSEN,
        NEVER
    }

    private final String wireName;
    private final Tags tags;
    private final Diversity diversity;

    RingType(String wireName, Tags tags, Diversity diversity) {
        this.wireName = wireName;
        this.tags = tags;
        this.diversity = diversity;
    }

    /** The name on the command line and on the wire. */
    public String wireName() {
        return wireName;
    }

    /**
     * Whether a tagged series ({@code name;tag=value}) is placed by the whole string. If not, only what stands before the first
     * semicolon counts, as in carbon-c-relay from 3.7.
     */
    public boolean hashesTags() {
        return tags == Tags.HASHED;
    }

    /**
     * Whether bytes above 127 are hashed as negative numbers, as carbon-c-relay does where C's {@code char} is signed. Other
     * programs with a ring of the same name put such metrics elsewhere.
     */
    public boolean hashesSignedBytes() {
        return this == FNV1A || this == JUMP_FNV1A;
    }

    /** Whether replicas can be told to be on different hosts; where not, several may fall on instances of one host. */
    public boolean canDiversifyReplicas() {
        return diversity == Diversity.CHOSEN;
    }

    /**
     * The type of this {@link #wireName}.
     *
     * @throws IllegalArgumentException if there is none; the message lists those there are
     */
    public static RingType of(String wireName) {
        requireNonNull(wireName, "ring type is null");
        for (RingType type : values()) {
            if (type.wireName.equals(wireName)) {
                return type;
            }
        }
        throw new IllegalArgumentException("unknown hash ring '" + wireName + "'; known are " + names());
    }

    private static String names() {
        return Arrays.stream(values()).map(RingType::wireName).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return wireName;
    }
}
