package org.buckytools.cli.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;

/** Lines that are drawn anew five times a second: one for each pair of nodes, as many as there is room for, and the total. */
public final class LiveProgress implements ProgressView {
    private static final long INTERVAL_NANOS = 200_000_000L;
    private static final int MOST_PAIRS = 20;
    private static final int BAR = 20;

    private final Terminal terminal;
    private final Display display;
    private final LongSupplier nanos;
    private final Rates rates;
    private final Map<List<String>, Rates> pairRates = new HashMap<>();
    private long nextAt;

    private LiveProgress(Terminal terminal, LongSupplier nanos) {
        this.terminal = terminal;
        this.display = new Display(terminal, false);
        this.nanos = nanos;
        this.rates = new Rates(nanos.getAsLong());
    }

    /** On the terminal that standard error is; empty if it is none, or one that cannot move its cursor. */
    public static Optional<ProgressView> onTerminal(LongSupplier nanos) {
        try {
            Terminal terminal = TerminalBuilder.builder()
                    .system(true)
                    .systemOutput(TerminalBuilder.SystemOutput.SysErr)
                    .nativeSignals(false)
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
        List<Progress.Pair> going = progress.pairs().stream()
                .filter(pair -> !pair.isFinished())
                .sorted(Comparator.comparingLong((Progress.Pair pair) -> pair.planned() - pair.done())
                        .reversed())
                .toList();
        List<String> lines = new ArrayList<>();
        for (Progress.Pair pair : going.subList(0, Math.min(room, going.size()))) {
            Rates speed = pairRates.computeIfAbsent(List.of(pair.source(), pair.destination()), key -> new Rates(now));
            speed.add(now, pair.done(), pair.bytes());
            lines.add(pair.source() + " => " + pair.destination() + "  " + bar(pair) + " "
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

    private static String bar(Progress.Pair pair) {
        int full = (int) (pair.planned() == 0 ? BAR : (pair.done() + pair.failed()) * BAR / pair.planned());
        int drawn = Math.clamp(full, 0, BAR);
        return "[" + "#".repeat(drawn) + ".".repeat(BAR - drawn) + "]";
    }

    private void draw(List<String> lines) {
        Size size = terminal.getSize();
        display.resize(size);
        List<AttributedString> cut = new ArrayList<>();
        for (String line : lines) {
            // One column is left free: in the last one some terminals wrap at once.
            cut.add(new AttributedString(line).columnSubSequence(0, Math.max(1, size.getColumns() - 1)));
        }
        display.update(cut, 0);
        terminal.flush();
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
