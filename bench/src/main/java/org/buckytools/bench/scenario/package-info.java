/**
 * One class a scenario. A scenario has one or more comparisons; in a comparison several contenders (our programs, those of
 * peers, and public tools as the limit) do the same work in turn, so that whatever else goes on meets them all alike.
 */
package org.buckytools.bench.scenario;
