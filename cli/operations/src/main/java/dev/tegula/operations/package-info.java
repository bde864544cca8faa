/**
 * What an operator does to a live deployment, as an API: re-encryption, rotation, the tables. Needs the rights of the
 * tables' owner; no application has it on its class path. Uses no other package of Tegula.
 */
@NullMarked
package dev.tegula.operations;

import org.jspecify.annotations.NullMarked;
