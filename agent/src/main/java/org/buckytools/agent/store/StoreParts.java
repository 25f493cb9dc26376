package org.buckytools.agent.store;

import java.time.InstantSource;

/** What the parts of a store share. */
record StoreParts(
        StoreConfig config,
        StorePaths paths,
        HiddenNames hidden,
        HalfReplaced halfReplaced,
        MetricLocks locks,
        BufferPool buffers,
        FillMemory fillMemory,
        DiskThreads disk,
        StoreEvents events,
        Patience patience,
        InstantSource clock) {}
