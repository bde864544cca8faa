/**
 * A small clinic as an application of Tegula, on {@code tegula-spring-boot-starter}: an entity with encrypted attributes and
 * a search by number, pages, a REST API. Nothing is wired by hand; {@code application.yaml} says where the keys are. Open
 * {@link dev.tegula.sample.Patient} first, then {@link dev.tegula.sample.Desk}.
 */
@NullMarked
package dev.tegula.sample;

import org.jspecify.annotations.NullMarked;
