/**
 * Turns the picocli annotations of a class into code while the class is compiled. picocli itself reads them by reflection in every
 * process, for which the JVM makes classes that no start-up cache keeps; a command that asks one question takes a good part of its
 * time for it.
 *
 * <p>For a class {@code X} there is then a class {@code XModel} beside it, which builds the same model with picocli's builders:
 * {@code XModel.of(x)} if {@code X} is a command, and {@code XModel.addTo(command, x)} for a command that mixes {@code X} in. As such
 * code is in no way more able than other code, annotated fields cannot be private. Options of mixins become options of the command
 * itself.
 *
 * <p>Only what the programs here use of picocli is known; the compiler refuses the rest, so that nothing is silently left out.
 */
package org.buckytools.commandmodel;
