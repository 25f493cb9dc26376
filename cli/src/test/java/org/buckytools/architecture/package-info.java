/** What holds for all modules together; this module's tests see them all. */
package org.buckytools.architecture;
