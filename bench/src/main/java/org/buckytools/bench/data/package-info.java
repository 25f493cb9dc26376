/**
 * What is measured on: whole stores of Whisper files or of mere names, the same in every run, and the proof that after a run
 * each file is where it belongs, byte for byte.
 */
package org.buckytools.bench.data;
