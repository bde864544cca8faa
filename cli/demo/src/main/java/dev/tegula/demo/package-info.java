/**
 * The tour behind {@code tegula demo}: a small clinic on an embedded PostgreSQL, rotated while it works. Open
 * {@link dev.tegula.demo.Demo} first. It calls the services that the commands call, and holds no key logic.
 */
@NullMarked
package dev.tegula.demo;

import org.jspecify.annotations.NullMarked;
