package org.buckytools.cli.option;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.client.ClientOptions;
import picocli.CommandLine.Option;

/** How to reach a cluster, for commands that give {@code -f} a meaning of their own; see {@link ClusterOptions}. */
public class ConnectionOptions {
    /** Where {@code --host} is not given; BUCKYHOST goes before it. */
    public static final String DEFAULT_HOST = "localhost:4242";

    /** The name of {@link #host}, whose default depends on the environment. */
    public static final String HOST_OPTION = "--host";

    @Option(
            names = {"-h", HOST_OPTION},
            paramLabel = "HOST[:PORT]",
            description = "First daemon to ask; the port is 4242 if not given. Default: BUCKYHOST, else " + DEFAULT_HOST
                    + ".")
    String host = DEFAULT_HOST;

    @Option(
            names = {"-s", "--single"},
            description = "Work with this daemon only, without looking for the others. Health is not checked.")
    boolean single;

    @Option(
            names = {"-v", "--verbose"},
            description = "Say each metric.")
    boolean verbose;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "SECONDS",
            description = "How long to wait for the headers of an answer, 0 for ever. Default: ${DEFAULT-VALUE}.")
    int timeout = 30;

    @Option(
            names = "--inventory-timeout",
            paramLabel = "SECONDS",
            description = "How long a daemon may take to build its list of metrics before it counts as down. Default:"
                    + " ${DEFAULT-VALUE}.")
    int inventoryTimeout = 900;

    @Option(names = "--no-encoding", description = "No compression in transfers.")
    boolean noEncoding;

    @Option(
            names = "--api-token-file",
            paramLabel = "FILE",
            description = "File with the token to send to daemons that check access.")
    Path tokenFile;

    @Option(
            names = {"-w", "--workers"},
            paramLabel = "N",
            description = "Transfers or requests at once. Default: ${DEFAULT-VALUE}.")
    int workers = 5;

    /**
     * What was typed, checked.
     *
     * @param rescan whether the daemons are to rescan their disks first
     */
    public final ClusterSettings settings(boolean rescan) throws UserFacingException {
        return settings(rescan, token());
    }

    /** What was typed, checked, for work that needs no daemon: the token is not read, and need not be there. */
    public final ClusterSettings settingsWithoutDaemons() throws UserFacingException {
        return settings(false, Optional.empty());
    }

    private ClusterSettings settings(boolean rescan, Optional<String> token) throws UserFacingException {
        if (workers < 1) {
            throw UserFacingException.usage("-w " + workers + ": at least one worker is needed", "");
        }
        return new ClusterSettings(
                address(),
                single,
                seconds(timeout, "--timeout"),
                !noEncoding,
                token,
                seconds(inventoryTimeout, "--inventory-timeout"),
                workers,
                rescan,
                verbose);
    }

    private DaemonAddress address() throws UserFacingException {
        try {
            return DaemonAddress.parse(host, DaemonAddress.DEFAULT_PORT);
        } catch (IllegalArgumentException e) {
            throw UserFacingException.usage(e.getMessage(), "Give the first daemon with -h HOST[:PORT] or BUCKYHOST.");
        }
    }

    private static Duration seconds(int seconds, String option) throws UserFacingException {
        if (seconds < 0) {
            throw UserFacingException.usage(option + " " + seconds + ": a time is not negative", "");
        }
        return Duration.ofSeconds(seconds);
    }

    private Optional<String> token() throws UserFacingException {
        if (tokenFile == null) {
            return Optional.empty();
        }
        try {
            String token =
                    Files.readString(tokenFile, StandardCharsets.US_ASCII).strip();
            if (!token.isEmpty()) {
                // Refuses what cannot be sent.
                return ClientOptions.DEFAULT.withToken(Optional.of(token)).token();
            }
        } catch (IllegalArgumentException e) {
            throw UserFacingException.usage("the token in " + tokenFile + " cannot be one: " + e.getMessage(), "");
        } catch (IOException e) {
            throw UserFacingException.usage(
                    "cannot read the token in " + tokenFile + ": " + FileFault.of(e),
                    "Give a readable file to --api-token-file.");
        }
        throw UserFacingException.usage("the token file " + tokenFile + " is empty", "");
    }
}
