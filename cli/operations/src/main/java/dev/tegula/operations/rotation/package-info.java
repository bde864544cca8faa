/**
 * The whole procedure by which a field gets a new key while applications run, and the census that says what still needs an
 * old one. Open {@link dev.tegula.operations.rotation.Rotation} first, then {@link dev.tegula.operations.rotation.Census};
 * {@link dev.tegula.operations.rotation.IndexRotation} is that of blind indexes, {@link
 * dev.tegula.operations.rotation.RegistryRoots} that of the registry's root. Every step is derived from the database, so that
 * running it again resumes. May use {@code audit}, {@code reencrypt}, {@code index} and {@code document} of the operations and
 * {@code tegula-core}.
 */
@NullMarked
package dev.tegula.operations.rotation;

import org.jspecify.annotations.NullMarked;
