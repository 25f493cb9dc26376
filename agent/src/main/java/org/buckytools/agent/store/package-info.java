/**
 * The Whisper files of one node: from names to paths, safe writes, fills, conditional deletes.
 *
 * <p>{@link org.buckytools.agent.store.MetricStore} is the way in. Its ideas:
 *
 * <ul>
 *   <li>A new file is <em>staged</em> under a hidden name beside its target, made durable, and then given its name in one step
 *       that cannot replace what came into being meanwhile; if something did, it is filled instead.
 *   <li>An existing file is never replaced by another, since a writer may have it open. A fill writes its slots; a
 *       <em>replacement</em> is kept whole and durable in {@code .bucky-replace-ID/LEAF} until it has been copied into the file.
 *   <li>A source is read whole under its lock, into bounded memory or a copy, and sent without it. Its <em>version</em> names
 *       what was read.
 *   <li>A conditional delete waits until nobody has the file open, <em>retires</em> it to {@code .bucky-retire-ID/LEAF}, and puts
 *       it back if it was written to, or is being opened, after all.
 *   <li>Whatever a killed process leaves behind is one of these three hidden names, and each says what is to be done with it.
 * </ul>
 *
 * <p>Locks and their order stand in {@code docs/concurrency.md}.
 */
package org.buckytools.agent.store;
