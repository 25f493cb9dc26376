package org.buckytools.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.buckytools.agent.auth.TokenSecret;
import org.buckytools.agent.store.StoreConfig;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.commandline.GoArguments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code buckyd}'s command line says, and the configuration that it makes. */
@Command(
        name = "buckyd",
        customSynopsis = "Usage: buckyd [OPTION]... MEMBER...",
        synopsisHeading = "",
        header = "Serves the Whisper files of this Graphite node to bucky and to other daemons.",
        description = {
            "",
            "MEMBERs are the members of the hash ring, in the order in which the relays have them:"
                    + " HOST[:PORT][=INSTANCE]. All daemons of a cluster are given the same ones.",
            ""
        },
        sortOptions = false,
        versionProvider = BuckydCommand.Version.class,
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  BUCKYD_LOG_LEVEL         ERROR, WARN, INFO (the default), DEBUG or TRACE",
            "  BUCKYD_ACCESS_LOG_LEVEL  WARN for no line a request; INFO is the default",
            "",
            "SIGTERM and SIGINT stop the daemon when the requests in flight have ended, at the latest after 30 seconds."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:stopped by a signal, with every request ended",
            "1:could not start, for example because the port is taken",
            "2:bad usage, or a prefix or ring that cannot be used",
            "143:stopped by a signal, with requests cut off"
        })
final class BuckydCommand {
    private static final String DEFAULT_BIND = "0.0.0.0:4242";
    private static final String DEFAULT_CACHE_PATH = "/var/lib/carbon/carbonserver-file-list-cache.gzip";

    @Option(
            names = {"-n", "--node"},
            paramLabel = "NAME",
            description = "This node's name in the ring; default is the host name.")
    private String node = "";

    @Option(
            names = {"-b", "--bind"},
            paramLabel = "[HOST]:PORT",
            description = "Where to listen; default " + DEFAULT_BIND + ".")
    private String bind = DEFAULT_BIND;

    @Option(
            names = {"-p", "--prefix"},
            paramLabel = "DIR",
            description = "The root of the Whisper files; default ${DEFAULT-VALUE}.")
    private Path prefix = Path.of("/opt/graphite/storage/whisper");

    @Option(
            names = {"-t", "--tmpdir"},
            paramLabel = "DIR",
            description =
                    "Where uploads to be filled into existing files are kept, if not in memory; default is beside those files.")
    private Path temporary;

    @Option(names = "--sparse", description = "Keep blocks of zeros as holes, which take no space.")
    private boolean sparse;

    @Option(
            names = "--hash",
            paramLabel = "TYPE",
            description = "How the relays place metrics: carbon (the default), carbon1, fnv1a, jump_fnv1a, jump_string,"
                    + " carbon1_fnv1a, carbon1_mmh3, carbon1_fast, relay_ng or relay_ng_v2.")
    private String hash = RingType.CARBON.wireName();

    @Option(names = "--replicas", paramLabel = "N", description = "Copies of each metric in the ring; default 1.")
    private int replicas = 1;

    @Option(
            names = "--no-diverse-replicas",
            description = "Allow several copies of a metric on one host (DIVERSE_REPLICAS = False of carbon).")
    private boolean noDiverseReplicas;

    @Option(
            names = "--allow-source",
            paramLabel = "HOST[:PORT]",
            split = ",",
            description = "Daemons to fetch from besides the ring's members on this daemon's own port.")
    private List<String> allowedSources = List.of();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long the list of metrics is good for; default 3600.")
    private long timeout = AgentConfig.DEFAULT_INVENTORY_VALIDITY.toSeconds();

    @Option(names = "--compressed", description = "Not supported: compressed Whisper files are moved, but never made.")
    private boolean compressed;

    @Option(
            names = "--mtime",
            description =
                    "Give files the time of last change that their source has, when they are made, filled or replaced.")
    private boolean mtime;

    @Option(
            names = "--auth-jwt-secret-file",
            paramLabel = "FILE",
            description = "Want a token of callers, signed with HS256 and the secret in this file; bucky sends it with"
                    + " --api-token-file.")
    private String secretFile = "";

    @Option(
            names = "--cache_path",
            paramLabel = "FILE",
            description = "go-carbon's list of files, used until the store has been walked for the first time; default "
                    + DEFAULT_CACHE_PATH + ", and none if it is not there.")
    private String cachePath = DEFAULT_CACHE_PATH;

    @Option(
            names = "--no-rehearsal",
            description =
                    "Leave out what a daemon does once it has known its metrics for two seconds: it moves made-up ones for a"
                            + " second or two, in a folder below --tmpdir or the system's, so that the first real moves are fast.")
    private boolean noRehearsal;

    @Option(names = "--pprof", paramLabel = "ADDRESS", description = "Accepted; Java has no such thing.")
    private String pprof = "";

    @Option(names = "--pyroscope", paramLabel = "ADDRESS", description = "Accepted; Java has no such thing.")
    private String pyroscope = "";

    @Option(names = "--version", versionHelp = true, description = "Print the version.")
    @SuppressWarnings("UnusedVariable") // picocli looks at the annotation alone
    private boolean versionWanted;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    @SuppressWarnings("UnusedVariable") // picocli looks at the annotation alone
    private boolean helpWanted;

    @Parameters(paramLabel = "MEMBER", arity = "1..*", description = "A member of the ring.")
    private List<String> members = List.of();

    private List<String> secretWarnings = List.of();

    /** For {@code --version}. */
    static final class Version implements picocli.CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"buckyd (Buckytools for Java) " + Software.version()};
        }
    }

    /** The arguments as Go's flag package takes them, in the form that picocli takes. */
    static List<String> normalise(CommandSpec spec, List<String> arguments) {
        Map<String, GoArguments.Flag> flags = new HashMap<>();
        for (OptionSpec option : spec.options()) {
            GoArguments.Flag flag =
                    new GoArguments.Flag(option.longestName(), option.arity().max() == 0, Optional.empty());
            for (String name : option.names()) {
                flags.put(name.replaceFirst("^--?", ""), flag);
            }
        }
        return new GoArguments(flags).normalise(arguments);
    }

    /** Where moves are rehearsed; empty if they are not. */
    Optional<Path> rehearsalFolder() {
        return noRehearsal
                ? Optional.empty()
                : Optional.of(temporary == null ? Path.of(System.getProperty("java.io.tmpdir")) : temporary);
    }

    /** What is worth a warning, though the daemon starts; complete after {@link #config}. */
    List<String> warnings() {
        Stream<String> profilers = Stream.of(Map.entry("--pprof", pprof), Map.entry("--pyroscope", pyroscope))
                .filter(flag -> !flag.getValue().isEmpty())
                .map(flag ->
                        flag.getKey() + " has no effect: Java has no such profiler; use jcmd or Java Flight Recorder");
        return Stream.concat(profilers, secretWarnings.stream()).toList();
    }

    /** Checks everything that can be checked before files are opened. */
    AgentConfig config() throws StartupException {
        refuseUnavailable();
        InetSocketAddress address = bindAddress();
        return new AgentConfig(
                address,
                nodeName(),
                ring(),
                new StoreConfig(
                        checkedDirectory(prefix, "--prefix"),
                        temporary == null ? Optional.empty() : Optional.of(checkedDirectory(temporary, "--tmpdir")),
                        sparse,
                        mtime,
                        StoreConfig.DEFAULT_BUFFER_BYTES),
                new AgentConfig.Listing(validity(), fileListCache()),
                new AgentConfig.Trust(secret(), sources(address.getPort())),
                AgentConfig.DEFAULT_STOP_TIMEOUT);
    }

    private void refuseUnavailable() throws StartupException {
        if (compressed) {
            throw usage(
                    "--compressed is not supported: this daemon moves compressed Whisper files as they are, but makes none."
                            + " Start it without --compressed");
        }
    }

    private Optional<TokenSecret> secret() throws StartupException {
        if (secretFile.isEmpty()) {
            return Optional.empty();
        }
        try {
            TokenSecret secret = TokenSecret.read(Path.of(secretFile));
            secretWarnings = secret.warnings();
            return Optional.of(secret);
        } catch (IOException | InvalidPathException e) {
            throw new StartupException(
                    ExitCode.USAGE,
                    "--auth-jwt-secret-file " + secretFile + " cannot be used: " + e.getMessage()
                            + "; without a secret nobody would be kept out, so buckyd does not start",
                    e);
        }
    }

    private Optional<Path> fileListCache() throws StartupException {
        try {
            return cachePath.isEmpty() ? Optional.empty() : Optional.of(Path.of(cachePath));
        } catch (InvalidPathException e) {
            throw new StartupException(ExitCode.USAGE, "--cache_path: " + e.getMessage(), e);
        }
    }

    private InetSocketAddress bindAddress() throws StartupException {
        // Go's way of writing every address of this host.
        String text = bind.startsWith(":") ? "0.0.0.0" + bind : bind;
        int colon = text.lastIndexOf(':');
        try {
            if (colon < 0) {
                return new InetSocketAddress(text, DaemonAddress.DEFAULT_PORT);
            }
            int port = Integer.parseInt(text.substring(colon + 1));
            String host = text.substring(0, colon);
            return new InetSocketAddress(
                    host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host, port);
        } catch (IllegalArgumentException e) {
            throw new StartupException(
                    ExitCode.USAGE, "--bind \"" + bind + "\" is not an address; expected [HOST]:PORT", e);
        }
    }

    private String nodeName() throws StartupException {
        if (!node.isEmpty()) {
            return node;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new StartupException(
                    ExitCode.USAGE, "this host's name is not known (" + e.getMessage() + "); give it with --node", e);
        }
    }

    private HashRing ring() throws StartupException {
        try {
            List<Member> parsed = members.stream().map(Member::parse).toList();
            return HashRings.of(RingType.of(hash), parsed, replicas, !noDiverseReplicas);
        } catch (IllegalArgumentException e) {
            throw new StartupException(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    private List<DaemonAddress> sources(int port) throws StartupException {
        try {
            int defaultPort = port == 0 ? DaemonAddress.DEFAULT_PORT : port;
            return allowedSources.stream()
                    .map(source -> DaemonAddress.parse(source, defaultPort))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new StartupException(ExitCode.USAGE, "--allow-source: " + e.getMessage(), e);
        }
    }

    private Duration validity() throws StartupException {
        if (timeout < 1) {
            throw usage("--timeout is at least 1 second, not " + timeout);
        }
        return Duration.ofSeconds(timeout);
    }

    private static Path checkedDirectory(Path directory, String flag) throws StartupException {
        if (!Files.exists(directory)) {
            throw usage(
                    flag + " " + directory + " does not exist; create it, or name the right directory with " + flag);
        }
        if (!Files.isDirectory(directory)) {
            throw usage(flag + " " + directory + " is not a directory");
        }
        if (!Files.isReadable(directory) || !Files.isExecutable(directory) || !Files.isWritable(directory)) {
            throw usage(flag + " " + directory + " is not readable and writable for user "
                    + System.getProperty("user.name") + "; run buckyd as the user that carbon runs as");
        }
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            throw new StartupException(ExitCode.USAGE, flag + " " + directory + ": " + e.getMessage(), e);
        }
    }

    private static StartupException usage(String message) {
        return new StartupException(ExitCode.USAGE, message);
    }
}
