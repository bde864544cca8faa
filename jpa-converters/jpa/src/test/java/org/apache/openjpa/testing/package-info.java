/** Stands for a provider that does not ask converters, and is not on the class path. */
package org.apache.openjpa.testing;
