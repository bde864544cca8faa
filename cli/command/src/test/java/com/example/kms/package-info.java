/** An adapter that somebody else wrote, complete, as docs/kms-adapters.md shows it; and adapters that do it wrongly. */
@NullMarked
package com.example.kms;

import org.jspecify.annotations.NullMarked;
