package org.buckytools.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RequestTargetTest {

    @Test
    void takesAPlusForASpaceAndTheFirstOfTwo() throws BadRequestException {
        assertThat(RequestTarget.parameters("a=b+c%2Bd&e&&a=2&f=%C3%A9=x&=y"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", "b c+d", "e", "", "f", "é=x", "", "y"));
    }

    @Test
    void refusesBrokenEscapesAndWhatIsNotUtf8() {
        for (String encoded : new String[] {"%", "%2", "%zz", "a%0", "%+1", "%ff", "%C3", "%ED%A0%80"}) {
            assertThatThrownBy(() -> RequestTarget.decode(encoded)).as(encoded).isInstanceOf(BadRequestException.class);
        }
    }

    @Property
    void neverFailsOtherwise(@ForAll String text) {
        try {
            assertThat(RequestTarget.decode(text)).isNotNull();
        } catch (BadRequestException e) {
            assertThat(text).contains("%");
        }
    }
}
