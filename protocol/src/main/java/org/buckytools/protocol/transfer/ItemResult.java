package org.buckytools.protocol.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What became of items of a request that follow each other and fared alike, mostly of one. Where thousands of files are alike,
 * so are their results, and one line tells of many.
 *
 * @param <R> the kind of result
 */
public interface ItemResult<R extends ItemResult<R>> {
    /** The first item's place in the request, from 0. */
    int index();

    /** How many items it is about, 1 or more. */
    int count();

    /** Whether {@code next} says the same of other items. */
    boolean isAlike(R next);

    /** The same of so many items. */
    R of(int items);

    /** Names the place of each item that it is about. */
    default void forEachIndex(IntConsumer places) {
        for (int i = 0; i < count(); i++) {
            places.accept(index() + i);
        }
    }

    /** The same results in the same order, with those together that are alike and follow each other. */
    static <R extends ItemResult<R>> List<R> together(List<R> results) {
        List<R> together = new ArrayList<>();
        R last = null;
        for (R result : results) {
            if (last != null && result.index() == last.index() + last.count() && last.isAlike(result)) {
                last = last.of(last.count() + result.count());
                together.set(together.size() - 1, last);
            } else {
                last = result;
                together.add(last);
            }
        }
        return together;
    }
}
