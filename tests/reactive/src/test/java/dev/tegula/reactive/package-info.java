/** Hibernate Reactive, beside which nothing is encrypted. */
package dev.tegula.reactive;
