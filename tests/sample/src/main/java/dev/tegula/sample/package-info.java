/**
 * A small clinic as an application of Tegula: an entity with encrypted attributes, an engine, two pools, a REST API that
 * shows no encrypted value unless asked. Open {@link dev.tegula.sample.Clinic} first, then {@link dev.tegula.sample.Patient}.
 */
@NullMarked
package dev.tegula.sample;

import org.jspecify.annotations.NullMarked;
