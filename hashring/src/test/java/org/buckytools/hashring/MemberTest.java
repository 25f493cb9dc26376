package org.buckytools.hashring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.StringArbitrary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberTest {
    @ParameterizedTest
    @CsvSource({
        "graphite010, graphite010, 0,",
        "graphite010:2003, graphite010, 2003,",
        "graphite010=a, graphite010, 0, a",
        "graphite010:2003=a, graphite010, 2003, a",
        "graphite010:a, graphite010, 0, a",
        "graphite010:2003:a, graphite010, 2003, a",
        "graphite010:9, graphite010, 9,",
        "graphite010=9, graphite010, 0, 9",
        "graphite010:2003:9, graphite010, 2003, 9",
        "graphite010:2003=a:b=c, graphite010, 2003, a:b=c",
        "10.0.0.1:2003, 10.0.0.1, 2003,",
        "[2001:db8::1], 2001:db8::1, 0,",
        "[2001:db8::1]:2003, 2001:db8::1, 2003,",
        "[2001:db8::1]=a, 2001:db8::1, 0, a",
        "[2001:db8::1]:2003=a, 2001:db8::1, 2003, a",
        "[2001:db8::1]:a, 2001:db8::1, 0, a",
        "[2001:db8::1]:2003:a, 2001:db8::1, 2003, a",
        "[::ffff:10.0.0.1]:2003, ::ffff:10.0.0.1, 2003,",
        "[fe80::1%eth0]:2003, fe80::1%eth0, 2003,",
        "Graphite010.Example.ORG.:02003, Graphite010.Example.ORG., 2003,",
        "h:0, h, 0,",
    })
    void readsEveryFormInTheWild(String text, String host, int port, String instance) {
        assertThat(Member.parse(text)).isEqualTo(new Member(host, port, Optional.ofNullable(instance)));
    }

    @ParameterizedTest
    @CsvSource({
        "graphite010:a, graphite010=a",
        "graphite010:2003:a, graphite010:2003=a",
        "graphite010:0:a, graphite010=a",
        "[2001:db8::1]:2003:a, [2001:db8::1]:2003=a",
        "[2001:db8::1], [2001:db8::1]",
    })
    void isWrittenInOneForm(String text, String canonical) {
        assertThat(Member.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                 | node '' has no host",
                "`:2003`            | node ':2003' has no host",
                "`=a`               | node '=a' has no host",
                "`[]`               | node '[]' has brackets, but no IPv6 address in them",
                "`h:`               | node 'h:' has nothing behind the colon",
                "`h:=a`             | node 'h:=a' has nothing behind the colon",
                "`h=`               | node 'h' has an empty instance",
                "`h:2003=`          | node 'h' has an empty instance",
                "`h:2003:`          | node 'h' has an empty instance",
                "`h:65536`          | node 'h:65536' has port 65536, ports go to 65535",
                "`h:99999999999999` | node 'h:99999999999999' has port 99999999999999, ports go to 65535",
                "`h:a=b`            | node 'h:a=b' has port 'a', which is not a number",
                "`h:a:b`            | node 'h:a:b' has port 'a', which is not a number",
                "`h:-1=b`           | node 'h:-1=b' has port '-1', which is not a number",
                "`h:1:b:c`          | node 'h:1:b:c' has too many parts",
                "`[::1`             | node '[::1' has no closing bracket",
                "`[::1]2003`        | node '[::1]2003' has '2003' behind the bracket",
                "`[h]:2003`         | node '[h]:2003' has brackets, but no IPv6 address in them",
                "`[h:2003]`         | node host 'h:2003' has a colon, but is no IPv6 address",
                "`[::1%]`           | node host '::1%' has a colon, but is no IPv6 address",
                "`::1`              | node '::1' is an IPv6 address without brackets; write [::1]",
                "`2001:db8::1`      | node '2001:db8::1' is an IPv6 address without brackets; write [2001:db8::1]",
                "`1:2:3:4:5:6:7:8`  | node '1:2:3:4:5:6:7:8' is an IPv6 address without brackets; write [1:2:3:4:5:6:7:8]",
                "`a b`              | node has the character U+0020 in its host 'a b'",
                "`h='a'`            | node has ''' in its instance ''a''",
                "`http://h`         | node has '/' in its instance '//h'",
                "`h/x`              | node has '/' in its host 'h/x'",
                "`a,b`              | node has ',' in its host 'a,b'",
            })
    void refusesWhatIsNoNodeAndSaysWhy(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Member.parse(text))
                .withMessageStartingWith(message)
                .withMessageEndingWith("; expected HOST[:PORT][=INSTANCE]");
    }

    @Test
    void keepsControlCharactersOutOfMessages() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Member.parse("h\u001b[31m"))
                .withMessage("node has the character U+001B in its host 'h?[31m'; expected HOST[:PORT][=INSTANCE]");
    }

    @Test
    void refusesMoreThanTheRelayHashes() {
        String half = "x".repeat(120);
        assertThat(Member.parse(half + "=" + half).host()).hasSize(120);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Member.parse(half + "=" + half + "x"))
                .withMessage(
                        "node '" + half + "': host and instance together have 241 bytes, at most 240 are possible");
    }

    @Test
    void refusesImpossiblePorts() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Member("h", -1, Optional.empty()))
                .withMessage("node 'h' has port -1; ports go from 1 to 65535, 0 is none");
        assertThatIllegalArgumentException().isThrownBy(() -> new Member("h", 65536, Optional.empty()));
    }

    @Test
    void refusesHostsThatAreNotUnicode() {
        assertThatIllegalArgumentException().isThrownBy(() -> Member.parse("h\ud800"));
        assertThatIllegalArgumentException().isThrownBy(() -> Member.parse("h=\udc00"));
        assertThat(Member.parse("h\ud83c\udf21").host()).isEqualTo("h\ud83c\udf21");
    }

    @Test
    void namesWhatIsNull() {
        assertThatThrownBy(() -> new Member(null, 0, Optional.empty())).hasMessage("host is null");
        assertThatThrownBy(() -> new Member("h", 0, null)).hasMessage("instance is null");
    }

    @Test
    void bracketsOnlyIpv6Hosts() {
        assertThat(Member.parse("[::1]:2003").bracketedHost()).isEqualTo("[::1]");
        assertThat(Member.parse("10.0.0.1:2003").bracketedHost()).isEqualTo("10.0.0.1");
    }

    @Property
    void whatIsWrittenIsReadBack(@ForAll("members") Member member) {
        assertThat(Member.parse(member.toString())).isEqualTo(member);
    }

    @Property(tries = 5000)
    void anyTextIsReadOrRefused(@ForAll("nodeLike") String text) {
        Member member;
        try {
            member = Member.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("node");
            return;
        }
        assertThat(Member.parse(member.toString())).isEqualTo(member);
    }

    @Property(tries = 300)
    void membersAreTheSameIfAllTheirPartsAre(@ForAll("members") Member one, @ForAll("members") Member other) {
        Member copy = new Member(one.host(), one.port(), one.instance());

        assertThat(copy).isEqualTo(one).hasSameHashCodeAs(one);
        assertThat(one.equals(other))
                .isEqualTo(one.host().equals(other.host())
                        && one.port() == other.port()
                        && one.instance().equals(other.instance()));
        assertThat(one).isNotEqualTo(new Member(one.host(), (one.port() + 1) % 65536, one.instance()));
        assertThat(one).isNotEqualTo(new Member("other", one.port(), one.instance()));
        assertThat(one).isNotEqualTo(new Member(one.host(), one.port(), Optional.of("OTHER")));
    }

    @Provide
    Arbitrary<Member> members() {
        StringArbitrary names = Arbitraries.strings()
                .withCharRange('a', 'z')
                .numeric()
                .withChars("-_.")
                .ofMinLength(1);
        Arbitrary<String> hosts =
                Arbitraries.oneOf(names.ofMaxLength(60), Arbitraries.of("::1", "2001:db8::7", "fe80::1%eth0"));
        Arbitrary<String> instances = Arbitraries.strings()
                .withCharRange('a', 'z')
                .numeric()
                .withChars("-_.:=[]\u00e4")
                .ofMinLength(1)
                .ofMaxLength(20);
        return Combinators.combine(hosts, Arbitraries.integers().between(0, 65535), instances.optional())
                .as(Member::new);
    }

    @Provide
    Arbitrary<String> nodeLike() {
        Arbitrary<String> pieces =
                Arbitraries.of("h", ":", "=", "[", "]", "2003", "65536", "::1", "%", "a", "'", " ", "\u0000", "\ud800");
        return Arbitraries.oneOf(pieces.list().ofMaxSize(9).map(list -> String.join("", list)), Arbitraries.strings());
    }
}
