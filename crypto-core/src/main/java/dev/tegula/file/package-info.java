/**
 * Files that nobody but their owner may read: keysets, passphrases, tokens, pins, backups. Open
 * {@link dev.tegula.file.PrivateFile} first (what is checked before a read, and what each kind of file is asked for);
 * {@link dev.tegula.file.DurableFile} writes them. May use {@code dev.tegula.failure} only.
 */
@NullMarked
package dev.tegula.file;

import org.jspecify.annotations.NullMarked;
