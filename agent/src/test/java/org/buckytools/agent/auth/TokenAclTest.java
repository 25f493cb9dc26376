package org.buckytools.agent.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenAclTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final Acl ACL = Acl.of(Optional.of(TokenSecret.of(Tokens.SECRET)), InstantSource.fixed(NOW));

    private static Acl.Access access(String token) throws AccessDeniedException {
        return ACL.access(Optional.of(token));
    }

    private static Acl.Access claims(String claims) throws AccessDeniedException {
        return access(Tokens.token(claims));
    }

    private static void refused(String token, String why) {
        assertThatThrownBy(() -> access(token))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining(why);
    }

    @Test
    void withoutASecretEveryoneMayDoEverything() throws AccessDeniedException {
        assertThat(Acl.of(Optional.empty(), InstantSource.fixed(NOW))
                        .access(Optional.empty())
                        .allows(Operation.DELETE, "*"))
                .isTrue();
    }

    @Test
    void withASecretATokenIsNeeded() {
        assertThatThrownBy(() -> ACL.access(Optional.empty()))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessage("this daemon wants a token, and the request has none in its header X-Buckyd-Authorization");
    }

    @Test
    void theTokenOfGoDaemonsMayDoEverything() throws AccessDeniedException {
        for (Operation operation : Operation.values()) {
            assertThat(access(Tokens.ROOT).allows(operation, "a.b")).isTrue();
            assertThat(access(Tokens.ROOT).allows(operation, Acl.Access.EVERY_METRIC))
                    .isTrue();
        }
    }

    @Test
    void allowsTheOperationsAndNamespacesThatItNames() throws AccessDeniedException {
        Acl.Access access =
                claims("{\"iat\":1,\"namespaces\":[\"sys.*\",\"app.?\"],\"ops\":[\"read\",\"delete\",\"x\"]}");
        assertThat(access.allows(Operation.READ, "sys.a.b")).isTrue();
        assertThat(access.allows(Operation.DELETE, "app.1")).isTrue();
        assertThat(access.allows(Operation.UPDATE, "sys.a.b")).isFalse();
        assertThat(access.allows(Operation.REPLACE, "sys.a.b")).isFalse();
        assertThat(access.allows(Operation.READ, "app.12")).isFalse();
        assertThat(access.allows(Operation.READ, Acl.Access.EVERY_METRIC)).isFalse();
        assertThatThrownBy(() -> access.require(Operation.UPDATE, "sys.a"))
                .hasMessage("this token does not allow to update sys.a");
    }

    @Test
    void whatIsNotGrantedIsNotAllowed() throws AccessDeniedException {
        for (String claims : new String[] {
            "{}",
            "{\"namespaces\":[\"*\"]}",
            "{\"ops\":[\"*\"]}",
            "{\"namespaces\":null,\"ops\":null}",
            "{\"namespaces\":[],\"ops\":[]}",
            "{\"namespaces\":[\"[\"],\"ops\":[\"*\"]}",
            "{\"namespaces\":[\"*\"],\"ops\":[\"READ\",\"\"]}"
        }) {
            assertThat(claims(claims).allows(Operation.READ, "a")).as(claims).isFalse();
        }
    }

    @Test
    void honoursTheTimesThatAreThere() throws AccessDeniedException {
        long now = NOW.getEpochSecond();
        String rest = ",\"namespaces\":[\"*\"],\"ops\":[\"*\"]}";
        assertThat(claims("{\"exp\":" + (now + 1) + ",\"nbf\":" + now + rest).allows(Operation.READ, "a"))
                .isTrue();
        assertThat(claims("{\"exp\":" + now + ".5" + rest).allows(Operation.READ, "a"))
                .isTrue();
        refused(
                Tokens.token("{\"exp\":" + now + rest),
                "the token expired at 2026-03-01T12:00:00Z; here it is 2026-03-01T12:00:00Z");
        refused(Tokens.token("{\"exp\":0" + rest), "expired at 1970-01-01T00:00:00Z");
        refused(Tokens.token("{\"nbf\":" + (now + 1) + rest), "the token is not valid before 2026-03-01T12:00:01Z");
        refused(Tokens.token("{\"exp\":\"tomorrow\"" + rest), "the token's claims at /exp: expected a number");
        refused(Tokens.token("{\"exp\":null" + rest), "expected a number");
        assertThatCode(() -> claims("{\"exp\":1e300" + rest)).doesNotThrowAnyException();
        refused(Tokens.token("{\"exp\":-1e300" + rest), "expired");
    }

    /** RFC 7515, appendix A.1: made by others. */
    @Test
    void understandsTheExampleOfTheStandard() throws AccessDeniedException {
        byte[] key = Base64.getUrlDecoder()
                .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        String token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
                + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
                + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        Optional<TokenSecret> secret = Optional.of(TokenSecret.of(key));
        Acl before = Acl.of(secret, InstantSource.fixed(Instant.ofEpochSecond(1_300_819_379)));
        assertThat(before.access(Optional.of(token)).allows(Operation.READ, "a"))
                .isFalse();
        Acl after = Acl.of(secret, InstantSource.fixed(Instant.ofEpochSecond(1_300_819_380)));
        assertThatThrownBy(() -> after.access(Optional.of(token)))
                .hasMessageContaining("expired at 2011-03-22T18:43:00Z");
    }

    @Test
    void theAlgorithmIsNotTheTokensToChoose() {
        String claims = "{\"namespaces\":[\"*\"],\"ops\":[\"*\"]}";
        refused(
                Tokens.token("{\"alg\":\"HS512\"}", claims, "HmacSHA512", Tokens.SECRET),
                "the token names the algorithm HS512; this daemon takes HS256 alone");
        refused(Tokens.token("{\"alg\":\"HS384\"}", claims, "HmacSHA384", Tokens.SECRET), "HS384");
        refused(Tokens.token("{\"alg\":\"hs256\"}", claims, "HmacSHA256", Tokens.SECRET), "hs256");
        refused(Tokens.token("{\"typ\":\"JWT\"}", claims, "HmacSHA256", Tokens.SECRET), "algorithm ;");
        String none =
                Tokens.base64("{\"alg\":\"none\"}".getBytes(UTF_8)) + "." + Tokens.base64(claims.getBytes(UTF_8)) + ".";
        refused(none, "the token names the algorithm none");
        String signed = Tokens.token("{\"alg\":\"none\"}", claims, "HmacSHA256", Tokens.SECRET);
        refused(signed, "the token names the algorithm none");
        refused(
                Tokens.token("{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", claims, "HmacSHA256", Tokens.SECRET),
                "critical extensions");
    }

    @Test
    void aSignatureMustBeOfThisSecret() {
        String header = "{\"alg\":\"HS256\"}";
        String claims = "{\"namespaces\":[\"*\"],\"ops\":[\"*\"]}";
        String wrong = "the token was not signed with this daemon's secret";
        refused(Tokens.token(header, claims, "HmacSHA256", "another secret".getBytes(UTF_8)), wrong);
        String right = Tokens.token(header, claims, "HmacSHA256", Tokens.SECRET);
        refused(right.substring(0, right.lastIndexOf('.') + 1), wrong);
        refused(right.substring(0, right.length() - 4), wrong);
        String[] parts = right.split("\\.", -1);
        refused(parts[0] + "." + Tokens.base64("{\"ops\":[\"*\"]}".getBytes(UTF_8)) + "." + parts[2], wrong);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                ".",
                "..",
                "...",
                "a.b",
                "a.b.c.d",
                ".b.c",
                "é.b.c",
                "a b.c.d",
                "e30.e30.e30",
                "bnVsbA.e30.e30"
            })
    void whatIsNoTokenIsRefused(String text) {
        assertThatThrownBy(() -> access(text)).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void claimsMustBeWhatTheyShould() {
        refused(Tokens.token("[]"), "the token's claims: expected an object");
        refused(Tokens.token("{\"namespaces\":\"*\",\"ops\":[\"*\"]}"), "the token's claims at /namespaces");
        refused(Tokens.token("{\"namespaces\":[1],\"ops\":[\"*\"]}"), "the token's claims at /namespaces/0");
        refused(Tokens.token("{"), "the token's claims");
        refused(Tokens.token(""), "the token's claims is empty");
        refused(Tokens.token("[".repeat(5000)), "the token's claims");
    }

    @Property(tries = 300)
    void noChangedByteGoesUnnoticed(@ForAll int place, @ForAll byte change) {
        byte[] bytes = Tokens.ROOT.getBytes(UTF_8);
        int at = Math.floorMod(place, bytes.length - 1);
        byte[] changed = bytes.clone();
        changed[at] = (byte) (change & 0x7f);
        if (!Arrays.equals(bytes, changed)) {
            assertThatThrownBy(() -> access(new String(changed, UTF_8))).isInstanceOf(AccessDeniedException.class);
        }
    }
}
