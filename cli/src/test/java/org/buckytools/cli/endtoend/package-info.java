/** The programs as processes of their own, with real files and real peers, being killed and written to meanwhile. */
package org.buckytools.cli.endtoend;
