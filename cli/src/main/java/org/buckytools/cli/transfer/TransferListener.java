package org.buckytools.cli.transfer;

import java.io.IOException;

/** Is told what happens, by one thread. What it throws ends the run, after what is in flight. */
interface TransferListener {
    /** Something happened. */
    void on(TransferEvent event) throws IOException;

    /** Some time has passed; what was told so far is a good moment to write or to draw. */
    void pause() throws IOException;
}
