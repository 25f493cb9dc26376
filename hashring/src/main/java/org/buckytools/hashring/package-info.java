/** Placeholder. */
package org.buckytools.hashring;
