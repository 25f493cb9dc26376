/**
 * The sorted list of a node's metric names: its walks, its upkeep, and the questions that are answered from it.
 *
 * <p>{@link org.buckytools.agent.inventory.Inventory} has a list and a log of what the store has made and removed since. A
 * walk ({@code Walk}) reads the whole store and replaces the list; what happened while it went on is laid over what it found,
 * since it may have passed the place before or after. A log that has become long is merged into the list. Both are done by
 * one thread, the keeper, so there is one new list at a time.
 *
 * <p>An {@link org.buckytools.agent.inventory.InventorySnapshot} is an immutable list with immutable changes over it, so any
 * number of requests read one, each at its pace, and nothing waits for them. Names are UTF-8 bytes all the way.
 */
package org.buckytools.agent.inventory;
