/** Placeholder. */
package org.buckytools.protocol;
