/** What was measured, and the two forms it is given in: a table to read, and JSON to keep. */
package org.buckytools.bench.result;
