/**
 * Archives of metrics: {@code bucky tar} and {@code bucky restore}.
 *
 * <p>A file is always held whole between its arrival and its departure, as a {@link org.buckytools.cli.archive.Content}: so a copy
 * that breaks off never leaves half an entry in an archive, and an upload that failed can be sent again. Contents lie in direct
 * memory, several small ones in one block, and never on the heap; a file that is too large for that lies in a temporary file. What
 * may be held at once is a {@link org.buckytools.cli.archive.Memory} of fixed size.
 *
 * <p>INVARIANT: memory is reserved by one thread alone, in the order of the archive, before anything is asked of a daemon; whoever
 * has it needs no more to come to an end. So whatever comes next in the archive is always on its way, and nobody waits for
 * memory while holding some.
 */
package org.buckytools.cli.archive;
