package org.buckytools.agent.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.buckytools.protocol.Headers;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.JsonInput;

/**
 * Access by JSON Web Token, as Go daemons have it: signed with HS256 by the cluster's secret, with the claims
 *
 * <pre>
 * {"namespaces":["sys.*"],"ops":["read","update","replace","delete"]}
 * </pre>
 *
 * where {@code *} means all. {@code exp} and {@code nbf}, which Go daemons do not look at, are honoured where they are.
 *
 * <p>The algorithm is not the token's to choose: one that names any other, {@code none} among them, is refused.
 */
final class TokenAcl implements Acl {
    private static final String ALGORITHM = "HS256";
    private static final String EVERYTHING = "*";

    /** More than fits into a request's head would hold. */
    private static final int MOST_ELEMENTS = 16 * 1024;

    private static final Base64.Decoder BASE64 = Base64.getUrlDecoder();

    private final TokenSecret secret;
    private final InstantSource clock;

    TokenAcl(TokenSecret secret, InstantSource clock) {
        this.secret = requireNonNull(secret, "secret is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    @Override
    public Access access(Optional<String> token) throws AccessDeniedException {
        String text = token.orElseThrow(() -> new AccessDeniedException(
                "this daemon wants a token, and the request has none in its header " + Headers.AUTHORIZATION));
        int headerEnd = text.indexOf('.');
        int claimsEnd = text.lastIndexOf('.');
        if (headerEnd <= 0 || claimsEnd == headerEnd || text.indexOf('.', headerEnd + 1) != claimsEnd) {
            throw new AccessDeniedException(
                    "the token is no signed JSON Web Token, which has three parts with dots between");
        }
        checkHeader(decoded(text.substring(0, headerEnd)));
        byte[] signature = decoded(text.substring(claimsEnd + 1));
        byte[] expected = secret.sign(text.substring(0, claimsEnd).getBytes(US_ASCII));
        // Takes as long wherever the first difference is.
        if (!MessageDigest.isEqual(expected, signature)) {
            throw new AccessDeniedException("the token was not signed with this daemon's secret");
        }
        Claims claims = read(decoded(text.substring(headerEnd + 1, claimsEnd)), "the token's claims", Claims::read);
        checkTime(claims);
        return claims;
    }

    private static void checkHeader(byte[] header) throws AccessDeniedException {
        TokenHeader read = read(header, "the token's header", TokenHeader::read);
        if (!read.algorithm().equals(ALGORITHM)) {
            throw new AccessDeniedException("the token names the algorithm " + read.algorithm() + "; this daemon takes "
                    + ALGORITHM + " alone");
        }
        if (read.hasCriticalExtensions()) {
            throw new AccessDeniedException("the token has critical extensions, of which this daemon knows none");
        }
    }

    private void checkTime(Claims claims) throws AccessDeniedException {
        Instant now = clock.instant();
        if (claims.expires().isPresent() && !now.isBefore(claims.expires().get())) {
            throw new AccessDeniedException(
                    "the token expired at " + claims.expires().get() + "; here it is " + now);
        }
        if (claims.begins().isPresent() && now.isBefore(claims.begins().get())) {
            throw new AccessDeniedException(
                    "the token is not valid before " + claims.begins().get() + "; here it is " + now);
        }
    }

    private static byte[] decoded(String part) throws AccessDeniedException {
        try {
            return BASE64.decode(part);
        } catch (IllegalArgumentException e) {
            throw new AccessDeniedException("the token is not Base64: " + e.getMessage(), e);
        }
    }

    private static <T> T read(byte[] json, String what, Json.Reader<T> reader) throws AccessDeniedException {
        try {
            return Json.read(json, what, reader);
        } catch (IOException e) {
            throw new AccessDeniedException(String.valueOf(e.getMessage()), e);
        }
    }

    private record TokenHeader(String algorithm, boolean hasCriticalExtensions) {
        static TokenHeader read(JsonInput input) throws IOException {
            String algorithm = "";
            boolean critical = false;
            input.beginObject();
            for (String field; (field = input.nextField()) != null; ) {
                switch (field) {
                    case "alg" -> algorithm = input.text(64);
                    case "crit" -> {
                        critical = true;
                        input.skip();
                    }
                    default -> input.skip();
                }
            }
            return new TokenHeader(algorithm, critical);
        }
    }

    /** What a token says, once its signature has been found right. */
    private record Claims(
            boolean everyMetric,
            List<Namespace> namespaces,
            Set<Operation> operations,
            Optional<Instant> expires,
            Optional<Instant> begins)
            implements Access {

        @Override
        public boolean allows(Operation operation, String metric) {
            return operations.contains(operation)
                    && (everyMetric || namespaces.stream().anyMatch(namespace -> namespace.matches(metric)));
        }

        static Claims read(JsonInput input) throws IOException {
            boolean everyMetric = false;
            List<Namespace> namespaces = new ArrayList<>();
            Set<Operation> operations = EnumSet.noneOf(Operation.class);
            Optional<Instant> expires = Optional.empty();
            Optional<Instant> begins = Optional.empty();
            input.beginObject();
            for (String field; (field = input.nextField()) != null; ) {
                // Go takes its own claims in any case of letters.
                switch (field.toLowerCase(Locale.ROOT)) {
                    case "namespaces" -> {
                        for (String namespace : texts(input)) {
                            everyMetric |= namespace.equals(EVERYTHING);
                            // A malformed one matches nothing, as in Go.
                            Namespace.parse(namespace).ifPresent(namespaces::add);
                        }
                    }
                    case "ops" -> texts(input).forEach(word -> operations.addAll(operationsOf(word)));
                    case "exp" -> expires = instant(input);
                    case "nbf" -> begins = instant(input);
                    default -> input.skip();
                }
            }
            return new Claims(everyMetric, namespaces, operations, expires, begins);
        }

        private static List<String> texts(JsonInput input) throws IOException {
            return input.isNull() ? List.of() : input.list(MOST_ELEMENTS, JsonInput::text);
        }

        /** A word that is none of ours allows nothing. */
        private static Set<Operation> operationsOf(String word) {
            if (word.equals(EVERYTHING)) {
                return EnumSet.allOf(Operation.class);
            }
            Set<Operation> named = EnumSet.noneOf(Operation.class);
            for (Operation operation : Operation.values()) {
                if (operation.name().toLowerCase(Locale.ROOT).equals(word)) {
                    named.add(operation);
                }
            }
            return named;
        }

        /** Seconds since 1970, perhaps with a fraction. What no clock reaches is as late, or as early, as can be. */
        private static Optional<Instant> instant(JsonInput input) throws IOException {
            return Optional.of(Instant.ofEpochMilli(Math.round(input.real() * 1000)));
        }
    }
}
