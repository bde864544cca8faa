/**
 * What happens when a real KMS or the registry's database stops answering or says no: the outage ladder. Start with
 * OutageLadder. Servers come from {@code dev.tegula.test.servers}, databases from {@code dev.tegula.testing}.
 */
@NullMarked
package dev.tegula.outage;

import org.jspecify.annotations.NullMarked;
