package org.buckytools.agent.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret that all daemons of a cluster share, and whoever signs tokens for them. Never shown. */
public final class TokenSecret {
    /** What RFC 7518 wants of a key for HS256. */
    private static final int LONG_ENOUGH = 32;

    private static final int MOST = 64 * 1024;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final List<String> warnings;

    private TokenSecret(byte[] secret, List<String> warnings) {
        this.key = new SecretKeySpec(secret, ALGORITHM);
        this.warnings = List.copyOf(warnings);
    }

    /** A secret of these bytes, which are all of it. */
    public static TokenSecret of(byte[] secret) {
        return new TokenSecret(secret.clone(), List.of());
    }

    /**
     * Reads a secret: the file's content without the blanks and line ends around it, as Go daemons do.
     *
     * @throws IOException if there is none to be read; its text says why, as the end of a sentence
     */
    public static TokenSecret read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("it is a directory");
        }
        if (Files.exists(file) && !Files.isReadable(file)) {
            throw new IOException("it may not be read by user " + System.getProperty("user.name"));
        }
        byte[] content;
        try (InputStream input = Files.newInputStream(file)) {
            content = input.readNBytes(MOST + 1);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        }
        if (content.length > MOST) {
            throw new IOException("it is longer than " + MOST + " bytes, which is no secret");
        }
        byte[] secret = trimmed(content);
        if (secret.length == 0) {
            throw new IOException("it is empty");
        }
        List<String> warnings = new ArrayList<>();
        if (secret.length < LONG_ENOUGH) {
            warnings.add("the secret in " + file + " has " + secret.length + " bytes, and can be guessed; make one of "
                    + LONG_ENOUGH + " or more");
        }
        if (isOpenToOthers(file)) {
            warnings.add("the secret in " + file + " can be read by other users; chmod o= " + file);
        }
        return new TokenSecret(secret, warnings);
    }

    private static boolean isOpenToOthers(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return false;
        }
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        return permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }

    private static byte[] trimmed(byte[] content) {
        int from = 0;
        int to = content.length;
        while (from < to && isBlank(content[from])) {
            from++;
        }
        while (to > from && isBlank(content[to - 1])) {
            to--;
        }
        return Arrays.copyOfRange(content, from, to);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }

    /** What is worth a warning though it can be used. */
    public List<String> warnings() {
        return warnings;
    }

    /** HMAC-SHA-256 of {@code bytes} with this secret. */
    byte[] sign(byte[] bytes) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(bytes);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM + ", and takes any key for it", e);
        }
    }

    @Override
    public String toString() {
        return "a secret";
    }
}
