/**
 * The examples of the documentation, as tests on both lines of Hibernate. Regions between {@code docs:begin} and
 * {@code docs:end} stand in the pages letter by letter.
 */
package dev.tegula.docs;
