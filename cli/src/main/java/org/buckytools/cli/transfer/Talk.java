package org.buckytools.cli.transfer;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.buckytools.cli.output.ProgressView;

/** Says what happens, as much of it as is wanted. */
final class Talk implements TransferListener {
    private final TransferExtras extras;
    private final ProgressView view;
    private final Set<String> notices = new HashSet<>();

    Talk(TransferExtras extras, ProgressView view) {
        this.extras = extras;
        this.view = view;
    }

    @Override
    public void on(TransferEvent event) {
        switch (event) {
            case TransferEvent.Copied copied
            when extras.verbose() ->
                view.say(copied.source() + " " + copied.item().from() + " => " + copied.destination() + " "
                        + copied.item().to() + " "
                        + copied.outcome().name().toLowerCase(Locale.ROOT));
            case TransferEvent.Done done
            when done.deleted() && (extras.printDeletions() || extras.verbose()) ->
                view.say("DELETED: " + done.item().from());
            case TransferEvent.Failed failed
            when extras.verbose() ->
                view.say(failed.group().source() + " " + failed.item().from() + " failed: "
                        + failed.problem().message());
            case TransferEvent.Postponed postponed
            when extras.verbose() ->
                view.say(postponed.group().source() + " " + postponed.item().from() + " will be tried again: "
                        + postponed.reason());
            case TransferEvent.Notice notice -> {
                if (notices.add(notice.text())) {
                    view.say(notice.text());
                }
            }
            default -> {}
        }
    }

    @Override
    public void pause() {}
}
