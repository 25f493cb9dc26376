/**
 * The calls of the operating system that Java has no way to: {@code flock(2)}, holes in files, renames that replace
 * nothing, leases, directories with the types of their entries, file status to the nanosecond.
 *
 * <p>This is the one place where native code is called (through {@code java.lang.foreign}; start the JVM with {@code
 * --enable-native-access=ALL-UNNAMED} to be rid of its warning). It is for Linux on x86-64 and aarch64, whose constants
 * stand in {@code Libc}; elsewhere the first use fails.
 *
 * <p>Errors are {@link org.buckytools.whisper.posix.PosixException}s with the error number and the path. What a file system
 * merely does not offer (punching holes, leases) is a result, not an exception, since every caller has a way without.
 *
 * <p>A native call holds on to the thread that carries a virtual thread. Almost all calls here take microseconds; those that
 * wait for a disk ({@code sync…}) are better made on platform threads. Waiting for a lock parks the caller, virtual or not.
 *
 * <p>File names go to the system as UTF-8.
 */
package org.buckytools.whisper.posix;
