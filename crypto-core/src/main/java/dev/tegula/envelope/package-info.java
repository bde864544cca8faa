/**
 * The bytes of format 1: identifiers, the tuple encoding, strict text and the head of an envelope. Open
 * {@link dev.tegula.envelope.EnvelopeHead} first; {@code docs/format/v1.md} is the normative text. May use
 * {@code dev.tegula.failure} only.
 */
@NullMarked
package dev.tegula.envelope;

import org.jspecify.annotations.NullMarked;
