/** Tests of whole rotations on a real server. */
@NullMarked
package dev.tegula.operations.rotation;

import org.jspecify.annotations.NullMarked;
