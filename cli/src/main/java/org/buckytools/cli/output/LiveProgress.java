package org.buckytools.cli.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;

/** Lines that are drawn anew five times a second: one for each pair of nodes, as many as there is room for, in the order of the
 * plan, and the total. */
public final class LiveProgress implements ProgressView {
    private static final long INTERVAL_NANOS = 200_000_000L;
    private static final int MOST_PAIRS = 20;
    private static final int BAR = 20;

    private static final Path STANDARD_ERROR = Path.of("/dev/fd/2");
    private static final Path NOTHING = Path.of("/dev/null");

    /** {@code S_IFMT} and {@code S_IFCHR} of {@code stat(2)}. */
    private static final int FILE_TYPE = 0xF000;

    private static final int CHARACTER_DEVICE = 0x2000;

    private final Terminal terminal;
    private final LongSupplier nanos;
    private final long start;
    private final Rates rates;
    private final Map<List<String>, Rates> pairRates = new HashMap<>();
    private long nextAt;

    /** Lines on the screen that are ours, just above the cursor. */
    private int drawn;

    LiveProgress(Terminal terminal, LongSupplier nanos) {
        this.terminal = terminal;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.rates = new Rates(start);
    }

    /** On the terminal that standard error is; empty if it is none, or one that cannot move its cursor. */
    public static Optional<ProgressView> onTerminal(LongSupplier nanos) {
        if (isNoDevice(STANDARD_ERROR)) {
            return Optional.empty();
        }
        try {
            Terminal terminal = TerminalBuilder.builder()
                    .system(true)
                    .systemOutput(TerminalBuilder.SystemOutput.SysErr)
                    .nativeSignals(false)
                    // Asks nothing of the terminal, whose answer would end up on the command line after us.
                    .graphemeCluster(false)
                    .dumb(true)
                    .build();
            if (terminal.getType().startsWith(Terminal.TYPE_DUMB)
                    || terminal.getSize().getColumns() <= 0) {
                terminal.close();
                return Optional.empty();
            }
            return Optional.of(new LiveProgress(terminal, nanos));
        } catch (IOException e) {
            throw new UncheckedIOException("the terminal cannot be opened", e);
        }
    }

    /** Whether it is certainly no terminal. To ask the terminal library takes a tenth of a second and a process of its own. */
    private static boolean isNoDevice(Path stream) {
        try {
            int mode = (int) Files.getAttribute(stream, "unix:mode");
            return (mode & FILE_TYPE) != CHARACTER_DEVICE
                    || Files.getAttribute(stream, "unix:rdev").equals(Files.getAttribute(NOTHING, "unix:rdev"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    @Override
    public void update(Supplier<Progress> progress) {
        long now = nanos.getAsLong();
        if (now >= nextAt) {
            nextAt = now + INTERVAL_NANOS;
            Progress current = progress.get();
            rates.add(now, current.finished(), current.bytes());
            draw(lines(current, now));
        }
    }

    private List<String> lines(Progress progress, long now) {
        int room = Math.clamp(terminal.getSize().getRows() - 2L, 1, MOST_PAIRS);
        List<Progress.Pair> going =
                progress.pairs().stream().filter(pair -> !pair.isFinished()).toList();
        List<Progress.Pair> shown = going.subList(0, Math.min(room, going.size()));
        int width = shown.stream().mapToInt(pair -> name(pair).length()).max().orElse(0);
        List<String> lines = new ArrayList<>();
        for (Progress.Pair pair : shown) {
            Rates speed =
                    pairRates.computeIfAbsent(List.of(pair.source(), pair.destination()), key -> new Rates(start));
            speed.add(now, pair.done(), pair.bytes());
            String name = name(pair);
            lines.add(name + " ".repeat(width - name.length()) + "  " + bar(pair) + "  "
                    + Quantities.count(pair.done()) + "/" + Quantities.count(pair.planned()) + "  "
                    + Quantities.bytes((double) pair.bytes()) + "  " + Quantities.bytes(speed.bytesPerSecond()) + "/s"
                    + (pair.failed() > 0 ? "  " + Quantities.count(pair.failed()) + " failed" : ""));
        }
        if (going.size() > room) {
            lines.add("and " + Quantities.count(going.size() - room, "more pair of nodes", "more pairs of nodes"));
        }
        lines.add(ProgressLine.total(progress, rates));
        return lines;
    }

    private static String name(Progress.Pair pair) {
        return pair.source() + " => " + pair.destination();
    }

    private static String bar(Progress.Pair pair) {
        int full = (int) (pair.planned() == 0 ? BAR : (pair.done() + pair.failed()) * BAR / pair.planned());
        int drawn = Math.clamp(full, 0, BAR);
        return "[" + "#".repeat(drawn) + ".".repeat(BAR - drawn) + "]";
    }

    /** Draws over what was drawn last, in one write, so that nothing flickers. */
    private void draw(List<String> lines) {
        int columns = terminal.getSize().getColumns();
        toTop();
        for (String line : lines) {
            // One column is left free: in the last one some terminals wrap at once.
            terminal.writer().print(line.substring(0, Math.clamp(line.length(), 0, Math.max(1, columns - 1))));
            terminal.puts(Capability.clr_eol);
            terminal.writer().print('\n');
        }
        terminal.puts(Capability.clr_eos);
        terminal.flush();
        drawn = lines.size();
    }

    private void toTop() {
        if (drawn > 0) {
            terminal.puts(Capability.parm_up_cursor, drawn);
            terminal.puts(Capability.carriage_return);
        }
    }

    @Override
    public void say(String line) {
        draw(List.of());
        terminal.writer().println(line);
        terminal.flush();
        nextAt = 0;
    }

    @Override
    public void close() {
        draw(List.of());
        try {
            terminal.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the terminal cannot be given back", e);
        }
    }
}
