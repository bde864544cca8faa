/**
 * What the documentation promises beside its examples: its Java is a region of a test, its links lead somewhere, its
 * commands exist. Reads files and the command line only. Open {@link dev.tegula.docs.pages.SnippetsTest} first.
 */
package dev.tegula.docs.pages;
