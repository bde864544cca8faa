package dev.tegula.cli.report;

import dev.tegula.envelope.Suite;
import java.util.List;

/** What is encrypted how, as {@code docs/format/v1.md} says. */
final class Cryptography {

    /**
     * One parameter.
     *
     * @param what what it is for
     * @param how how that is done
     */
    record Row(String what, String how) {}

    static final List<Row> ROWS = List.of(
            new Row(
                    "Values",
                    "XAES-256-GCM (C2SP): a key of 256 bits, a nonce of 192 bits, half of it drawn for each value, a tag of 128 bits. Suite "
                            + Suite.XAES_256_GCM.id() + " of format 1"),
            new Row(
                    "Bound to each value",
                    "key id, tenant and field; in mode row the primary key too. A value of another field or tenant does not open"),
            new Row(
                    "Data keys",
                    "derived by HKDF-SHA-256 from roots of 256 random bits, one for each field, tenant and version"),
            new Row("Key id", "HKDF-SHA-256 of root and scope, 256 bits: it commits to the key"),
            new Row("Roots", "kept wrapped by the KEK, which stays in its KMS; never in clear in the database"),
            new Row(
                    "Registry, catalogue, secrets",
                    "each row has an HMAC-SHA-256 under the registry's root, whose key id is pinned outside of the database"),
            new Row("Blind indexes", "HMAC-SHA-256 under a key of their own"),
            new Row("Audit trail", "chains of HMAC-SHA-256"));

    private Cryptography() {}
}
