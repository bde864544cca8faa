/** The checks without a command line; what they say of real deployments stands in its transcripts. */
@NullMarked
package dev.tegula.operations.check;

import org.jspecify.annotations.NullMarked;
