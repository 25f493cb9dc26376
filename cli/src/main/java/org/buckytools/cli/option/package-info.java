/**
 * What several commands take on their command line, each declared once and mixed in where it is wanted. A mixin turns what
 * was typed into values that tasks understand, and refuses what cannot be meant. Fields that are typed are set by models,
 * which are made of the annotations when this is compiled, and so are not private.
 */
package org.buckytools.cli.option;
