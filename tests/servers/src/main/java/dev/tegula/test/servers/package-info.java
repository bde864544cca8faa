/**
 * Real servers for tests and for the development setup. Start with {@link dev.tegula.test.servers.VaultServer} and
 * {@link dev.tegula.test.servers.AwsKmsServer} or {@link dev.tegula.test.servers.PgBouncerServer};
 * {@link dev.tegula.test.servers.NeedsVault}, {@link dev.tegula.test.servers.NeedsAwsKms} and
 * {@link dev.tegula.test.servers.NeedsPgBouncer} skip a test class where a server is missing and fail it where servers are
 * required, {@link dev.tegula.test.servers.NeedsChromium} where a browser is; {@link dev.tegula.test.servers.TcpProxy}
 * breaks what is between a test and a server, {@link dev.tegula.test.servers.SqlProxy} sees and changes statements;
 * {@link dev.tegula.test.servers.RememberedStretching} opens a keyset's file without its third of a second. Uses no other
 * package of Tegula.
 */
@NullMarked
package dev.tegula.test.servers;

import org.jspecify.annotations.NullMarked;
