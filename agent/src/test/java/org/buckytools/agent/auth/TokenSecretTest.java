package org.buckytools.agent.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenSecretTest {
    @TempDir
    private Path directory;

    private Path file(String content, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    @Test
    void isTheFileWithoutTheBlanksAroundIt() throws IOException {
        TokenSecret secret = TokenSecret.read(file("\n \t" + new String(Tokens.SECRET, UTF_8) + "\r\n", "rw-------"));
        assertThat(secret.warnings()).isEmpty();
        assertThat(Acl.of(Optional.of(secret), InstantSource.system())
                        .access(Optional.of(Tokens.ROOT))
                        .allows(Operation.DELETE, "a"))
                .isTrue();
    }

    @Test
    void isNeverShown() {
        assertThat(TokenSecret.of(Tokens.SECRET)).hasToString("a secret");
    }

    @Test
    void saysWhatIsWrongWithAFile() throws IOException {
        assertThatThrownBy(() -> TokenSecret.read(directory.resolve("none"))).hasMessage("there is no such file");
        assertThatThrownBy(() -> TokenSecret.read(directory)).hasMessage("it is a directory");
        assertThatThrownBy(() -> TokenSecret.read(file(" \n\t\n", "rw-------"))).hasMessage("it is empty");
        assertThatThrownBy(() -> TokenSecret.read(file("x".repeat(100_000), "rw-------")))
                .hasMessageContaining("longer than 65536 bytes");
    }

    @Test
    void saysThatItMayNotBeRead() throws IOException {
        Path file = file("x", "---------");
        assumeFalse(Files.isReadable(file), "root may read every file");
        assertThatThrownBy(() -> TokenSecret.read(file)).hasMessageStartingWith("it may not be read by user ");
    }

    @Test
    void warnsOfWhatIsUnsafe() throws IOException {
        Path file = file("secret\n", "rw-r--r--");
        assertThat(TokenSecret.read(file).warnings())
                .containsExactly(
                        "the secret in " + file + " has 6 bytes, and can be guessed; make one of 32 or more",
                        "the secret in " + file + " can be read by other users; chmod o= " + file);
    }
}
