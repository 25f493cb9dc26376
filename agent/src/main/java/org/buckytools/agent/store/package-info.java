/** The Whisper files of one node: from names to paths, safe writes, fills, conditional deletes. */
package org.buckytools.agent.store;
