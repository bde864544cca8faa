/** The one file that somebody downloads: unpacked and run as they would. */
@NullMarked
package dev.tegula.distribution;

import org.jspecify.annotations.NullMarked;
