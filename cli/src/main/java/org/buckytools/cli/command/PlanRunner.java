package org.buckytools.cli.command;

import java.io.IOException;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.option.OutputOptions;
import org.buckytools.cli.option.TransferOptions;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.TransferReport;
import org.buckytools.cli.task.MovePlan;
import org.buckytools.cli.transfer.Transfer;
import org.buckytools.cli.transfer.TransferExtras;
import org.buckytools.cli.transfer.TransferSettings;
import org.buckytools.cli.transfer.TransferSummary;

/** How every command ends that moves metrics: with a plan that is printed or run, and a report. */
final class PlanRunner {
    private final Transfer engine;
    private final Console console;

    PlanRunner(Transfer engine, Console console) {
        this.engine = engine;
        this.console = console;
    }

    /** To be called before the plan is made. */
    void prepare() {
        engine.prepare();
    }

    /** Prints or runs a plan that has been announced, and gives back what the command is to end with. */
    int run(
            MovePlan moves,
            TransferOptions transfer,
            TransferSettings settings,
            TransferExtras extras,
            OutputOptions output)
            throws IOException, UserFacingException, InterruptedException {
        transfer.warnings().forEach(console::warn);
        if (transfer.planOnly()) {
            output.printer(console).moves(moves.plan().moves());
            return ExitCode.DONE.code();
        }
        TransferSummary summary = engine.run(moves.plan(), settings, extras);
        output.printer(console).moved(summary);
        new TransferReport(console).print(summary);
        return summary.exitCode(transfer.errorTolerance()).code();
    }
}
