/**
 * What the documentation promises: its Java is a region of a test that passes, its links lead somewhere. Open
 * {@link dev.tegula.docs.SnippetsTest} first.
 */
package dev.tegula.docs;
