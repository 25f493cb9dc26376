/** The sorted list of a node's metric names: its walks, its upkeep, and the questions that are answered from it. */
package org.buckytools.agent.inventory;
