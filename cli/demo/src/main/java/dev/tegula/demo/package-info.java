/**
 * The tour behind {@code tegula demo}: a small clinic on an embedded PostgreSQL, rotated while it works. Open
 * {@link dev.tegula.demo.Demo} first. It calls the services that the commands call, and holds no key logic. May use
 * {@code tegula-cli}, {@code tegula-operations}, {@code tegula-hibernate}, {@code tegula-jpa} and {@code tegula-core}.
 */
@NullMarked
package dev.tegula.demo;

import org.jspecify.annotations.NullMarked;
