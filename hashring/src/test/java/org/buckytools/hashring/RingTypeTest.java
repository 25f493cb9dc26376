package org.buckytools.hashring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RingTypeTest {
    @ParameterizedTest
    @EnumSource
    void isFoundByItsName(RingType type) {
        assertThat(RingType.of(type.wireName())).isSameAs(type);
        assertThat(type).hasToString(type.wireName());
    }

    @Test
    void unknownTypesAreRefusedWithAListOfTheKnown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RingType.of("Carbon"))
                .withMessage("unknown hash ring 'Carbon'; known are carbon, carbon1, fnv1a, jump_fnv1a, jump_string,"
                        + " carbon1_fnv1a, carbon1_mmh3, carbon1_fast, relay_ng, relay_ng_v2");
    }
}
