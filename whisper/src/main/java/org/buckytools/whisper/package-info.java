/** Placeholder. */
package org.buckytools.whisper;
