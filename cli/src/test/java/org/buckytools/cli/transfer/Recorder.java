package org.buckytools.cli.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.buckytools.protocol.transfer.PullItem;

/** Remembers what happened. */
final class Recorder implements TransferListener {
    final List<TransferEvent> events = new ArrayList<>();

    @Override
    public void on(TransferEvent event) {
        events.add(event);
    }

    @Override
    public void pause() {}

    <E extends TransferEvent> List<E> of(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    List<TransferEvent.Failed> failed() {
        return of(TransferEvent.Failed.class);
    }

    List<String> notices() {
        return of(TransferEvent.Notice.class).stream()
                .map(TransferEvent.Notice::text)
                .distinct()
                .toList();
    }

    /** How often each metric has come to an end. */
    Map<String, Integer> ends() {
        Map<String, Integer> ends = new TreeMap<>();
        of(TransferEvent.Done.class).forEach(done -> ends.merge(key(done.group(), done.item()), 1, Integer::sum));
        failed().forEach(failed -> ends.merge(key(failed.group(), failed.item()), 1, Integer::sum));
        return ends;
    }

    private static String key(Plan.Group group, PullItem item) {
        return group.source() + " " + item.from() + " " + group.destinations();
    }
}
