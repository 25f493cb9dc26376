package org.buckytools.cli.findhash;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.buckytools.cli.output.Console;
import org.buckytools.hashring.Member;

/** What the program prints; laid out as the Go tool does, so that scripts can read either. */
final class Report {
    private final Console console;

    Report(Console console) {
        this.console = console;
    }

    /** The buckets of each member. */
    void analysis(Buckets buckets) throws IOException {
        List<Member> members = buckets.ring().members();
        for (int i : inOrder(members, Member::toString)) {
            line("Node " + members.get(i) + ":\t" + buckets.counts().get(i));
        }
        double ideal = (double) Buckets.TOTAL / members.size();
        line("");
        line("Ideal bucket count per server: " + rounded(ideal, 2));
        line("Spread: " + buckets.most() + " - " + buckets.fewest() + " = " + buckets.spread());
        line("Deviation: " + rounded(deviation(buckets.counts(), ideal), 4));
    }

    /** How many keys fall on each member. */
    void keys(List<Member> members, List<Integer> counts) throws IOException {
        Function<Member, String> name =
                member -> member.bracketedHost() + ":" + member.instance().orElse("");
        line("Keys per node:");
        int total = 0;
        for (int i : inOrder(members, name)) {
            line(name.apply(members.get(i)) + "\t" + counts.get(i));
            total += counts.get(i);
        }
        double ideal = (double) total / members.size();
        line("");
        line("Total Metric Keys: " + total);
        line("Ideal keys per node: " + rounded(ideal, 2));
        line("Deviation: " + rounded(deviation(counts, ideal), 4));
    }

    /** A ring that is better than those before; only members whose text begins with {@code filter} are shown. */
    void solution(Buckets buckets, String filter) throws IOException {
        line("Possible solution:");
        line("\tMax buckets per host: " + buckets.most());
        line("\tMin buckets per host: " + buckets.fewest());
        for (Member member : buckets.ring().members()) {
            if (member.toString().startsWith(filter)) {
                line("\t" + member);
            }
        }
        console.out().flush();
    }

    private static int[] inOrder(List<Member> members, Function<Member, String> name) {
        return IntStream.range(0, members.size())
                .boxed()
                .sorted(Comparator.comparing(i -> name.apply(members.get(i))))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double deviation(List<Integer> counts, double ideal) {
        double variance = 0;
        for (int count : counts) {
            variance += (count - ideal) * (count - ideal);
        }
        return Math.sqrt(variance / counts.size());
    }

    /** Rounds what the double really is, and halves to even, as C and Go do; Java's formatter does not. */
    private static String rounded(double value, int decimals) {
        return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    }

    private void line(String text) throws IOException {
        console.print(text + "\n");
    }
}
