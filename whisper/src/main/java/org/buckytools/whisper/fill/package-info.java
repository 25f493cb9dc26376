/**
 * Fill: gives a Whisper file the points that another copy of the metric has and it lacks, exactly.
 *
 * <p>{@link org.buckytools.whisper.fill.Fill#plan} is a pure function of two {@linkplain
 * org.buckytools.whisper.fill.WhisperImage images} (the bytes of a source and of a destination) and a time. It yields a
 * {@link org.buckytools.whisper.fill.FillPlan}: the slots of the destination that change, and a {@link
 * org.buckytools.whisper.fill.FillReport} that says among other things whether the source still holds something the
 * destination does not. Nothing is written before the whole plan exists.
 *
 * <p>The rules are those of {@code docs/fill.md}; comments refer to them by number. An archive is looked at through an {@code
 * ArchiveWindow}, its slots in the order of time as far as they count at {@code now}; what changes lies beside it in the
 * arrays of an {@code ArchiveFill}; {@code SlotWrites} puts the changes in an order that a crash cannot hurt.
 */
package org.buckytools.whisper.fill;
