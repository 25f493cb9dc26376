package org.buckytools.agent.inventory;

import java.util.ArrayDeque;
import java.util.Deque;

/** Estimates how many instructions an RE2 expression becomes when each {@code x{n,m}} is written out {@code m} times. */
final class RepetitionSize {
    private final String expression;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long before;
    private long last;
    private int at;

    private RepetitionSize(String expression) {
        this.expression = expression;
    }

    /** The estimate; {@link Long#MAX_VALUE} if it is beyond that. Any text will do, valid or not. */
    static long of(String expression) {
        return new RepetitionSize(expression).measure();
    }

    private long measure() {
        while (at < expression.length()) {
            char c = expression.charAt(at++);
            switch (c) {
                case '\\' -> escape();
                case '[' -> {
                    skipClass();
                    atom(1);
                }
                case '(' -> {
                    atom(0);
                    outer.push(before);
                    before = 0;
                }
                case ')' -> {
                    long inside = sum(sum(before, last), 2);
                    before = outer.isEmpty() ? 0 : outer.pop();
                    last = inside;
                }
                case '{' -> repeat();
                default -> atom(1);
            }
        }
        long all = sum(before, last);
        for (long size : outer) {
            all = sum(all, size);
        }
        return all;
    }

    private void atom(long size) {
        before = sum(before, last);
        last = size;
    }

    private void escape() {
        if (expression.startsWith("Q", at)) {
            int end = expression.indexOf("\\E", at);
            int to = end < 0 ? expression.length() : end;
            atom(to - at);
            atom(1);
            at = Math.min(expression.length(), to + 2);
        } else {
            at = Math.min(expression.length(), at + 1);
            atom(1);
        }
    }

    /** Behind a {@code [}: a {@code ]} that comes first is a member, {@code [:name:]} may be one. */
    private void skipClass() {
        if (expression.startsWith("^", at)) {
            at++;
        }
        int first = at;
        while (at < expression.length()) {
            char c = expression.charAt(at);
            if (c == ']' && at > first) {
                at++;
                return;
            }
            int end = expression.startsWith("[:", at) ? expression.indexOf(":]", at + 2) : -1;
            at = end >= 0 ? end + 2 : at + (c == '\\' ? 2 : 1);
        }
        at = Math.min(at, expression.length());
    }

    /** Behind a <code>{</code>, which stands for itself unless a count follows. */
    private void repeat() {
        int end = expression.indexOf('}', at);
        long most = end < 0 ? -1 : count(expression.substring(at, end));
        if (most < 0) {
            atom(1);
            return;
        }
        last = most == 0 || last <= Long.MAX_VALUE / most ? last * Math.max(1, most) : Long.MAX_VALUE;
        at = end + 1;
    }

    /** The largest number in {@code 3}, {@code 3,} or {@code 3,5}; -1 for anything else. */
    private static long count(String text) {
        if (!text.matches("[0-9]{1,9}(,[0-9]{0,9})?")) {
            return -1;
        }
        int comma = text.indexOf(',');
        long least = Long.parseLong(comma < 0 ? text : text.substring(0, comma));
        boolean bounded = comma >= 0 && comma + 1 < text.length();
        return bounded ? Math.max(least, Long.parseLong(text.substring(comma + 1))) : least;
    }

    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
