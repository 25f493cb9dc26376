package org.buckytools.agent.http;

import java.time.InstantSource;
import org.buckytools.agent.inventory.Inventory;
import org.buckytools.agent.pull.FetchService;
import org.buckytools.agent.pull.PullService;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.protocol.RingDescription;

/**
 * All that requests are answered from.
 *
 * @param ring what {@code /hashring} says
 */
public record Services(
        MetricStore store,
        Inventory inventory,
        PullService pulls,
        FetchService fetches,
        RingDescription ring,
        InstantSource clock) {}
