package org.buckytools.agent.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens as any library for them does. */
public final class Tokens {
    public static final byte[] SECRET = "a secret of the cluster, long enough for HS256".getBytes(UTF_8);

    /** May do everything, as the token that Go daemons make for each other. */
    public static final String ROOT = token("{\"namespaces\":[\"*\"],\"ops\":[\"*\"]}");

    private Tokens() {}

    public static String token(String claims) {
        return token("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims, "HmacSHA256", SECRET);
    }

    public static String token(String header, String claims, String algorithm, byte[] secret) {
        String signed = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret, algorithm));
            return signed + "." + base64(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
