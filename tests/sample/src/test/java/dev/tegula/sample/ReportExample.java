package dev.tegula.sample;

import dev.tegula.audit.AuditHead;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.report.Attention;
import dev.tegula.cli.report.Attention.Level;
import dev.tegula.cli.report.ColumnFacts;
import dev.tegula.cli.report.Excerpt;
import dev.tegula.cli.report.KekFacts;
import dev.tegula.cli.report.KeyFacts;
import dev.tegula.cli.report.KeyGroup;
import dev.tegula.cli.report.Report;
import dev.tegula.cli.report.ScanFacts;
import dev.tegula.cli.report.SecretFacts;
import dev.tegula.cli.report.TrailFacts;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.kms.WrappedKey;
import dev.tegula.operations.audit.AuditFinding;
import dev.tegula.operations.audit.AuditReport;
import dev.tegula.operations.check.CheckList.Finding;
import dev.tegula.operations.check.CheckList.State;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.rotation.CountBasis;
import dev.tegula.operations.scan.ScanFinding;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.Seal;
import dev.tegula.secret.Secret;
import dev.tegula.secret.SecretName;
import dev.tegula.value.ValueType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;

/** A report with everything that one can hold, of a deployment of any size: good, due and wrong, and names that somebody else chose. */
final class ReportExample {

    private static final List<Fence.Kind> FENCES = List.of(Fence.Kind.values());

    static final String HOSTILE =
            "</th><script>document.title='owned'</script><img src=x onerror=alert(1)>\u202E\u0007&amp;\"'";

    private static final Instant NOW = Instant.parse("2026-11-30T09:12:30Z");
    private static final Duration MAX_AGE = Duration.ofDays(365);

    private final int fields;
    private final List<KeyFacts> keys = new ArrayList<>();
    private final List<KeyGroup> groups = new ArrayList<>();
    private final List<ColumnFacts> columns = new ArrayList<>();

    private ReportExample(int fields) {
        this.fields = fields;
    }

    /** Of so many fields. */
    static Report of(int fields) {
        return new ReportExample(fields).make();
    }

    private Report make() {
        for (int i = 0; i < fields; i++) {
            field(i);
        }
        return new Report(
                new Report.About(
                        "clinic-prod", "clinic", "PRODUCTION", id(0).hex(), "1.0.0", NOW, Optional.of(MAX_AGE)),
                attention(),
                Optional.of(new Excerpt<>(columns, columns.size())),
                12,
                new Excerpt<>(groups, groups.size()),
                new Excerpt<>(keys.stream().limit(200).toList(), 10_000),
                keys.stream().filter(key -> key.overdue().isPresent()).count(),
                keks(),
                Optional.of(scan()),
                Optional.of(secrets()),
                Optional.of(trail()),
                Optional.of(checks()),
                Optional.of(new Excerpt<>(
                        List.of(
                                new InstanceReport(new UUID(0, 1), "app-1.internal/4711", 41, NOW.minusSeconds(4)),
                                new InstanceReport(new UUID(0, 2), HOSTILE, 42, NOW.minusSeconds(9))),
                        2)),
                List.of(
                        "The exact numbers of 1 large table, which were estimated by a sample. `tegula report --exact` counts.",
                        "Whether the values open: the numbers are of the key that each value names. `tegula verify FIELD` opens"
                                + " every one.",
                        "What copies hold: backups, replicas, exports, logs, the memory of applications."),
                true);
    }

    private static ScanFacts scan() {
        List<ScanFinding> found = new ArrayList<>();
        found.add(new ScanFinding("archive.old_patient.blob", ScanFinding.Kind.UNDECLARED_ENVELOPES, "", 7, 900));
        found.add(new ScanFinding("public." + HOSTILE + ".note", ScanFinding.Kind.PERSONAL_DATA, "e-mail", 38, 1_000));
        found.add(new ScanFinding("public.import_of_2019.key", ScanFinding.Kind.UNKNOWN_KEYS, "", 12, 12));
        found.add(new ScanFinding("public.person.birth_date", ScanFinding.Kind.PERSONAL_DATA, "birth date", 0, 0));
        found.add(new ScanFinding(
                "public.events_of_a_partner.payload -> contact_address_of_the_person_to_be_told",
                ScanFinding.Kind.PERSONAL_DATA,
                "phone",
                999,
                1_000));
        List<ScanFinding> unreadable = List.of(new ScanFinding(
                "hr.salary",
                ScanFinding.Kind.UNREADABLE,
                "no right to read it, or row-level security hides rows",
                0,
                0));
        return new ScanFacts(found, 200, unreadable, 1_000, 1_042, 7_311, 3_950_112, 1_000);
    }

    private static List<Attention> attention() {
        return List.of(
                new Attention(
                        Level.WRONG,
                        "3 values not encrypted, in columns that are declared encrypted: public.patient.ssn.",
                        "tegula verify patient.ssn"),
                new Attention(
                        Level.WRONG,
                        "1 finding in the audit trail: something other than Tegula changed it.",
                        "tegula audit verify"),
                new Attention(
                        Level.DUE,
                        "1 key in use for longer than 365d: patient.ssn of tenant " + HOSTILE + " v1 (00000001).",
                        "tegula rotate patient.ssn --all-tenants"),
                new Attention(Level.DUE, "1 secret expired.", "tegula secrets list --expired"),
                new Attention(Level.NOTE, "2 keys not backed up since wrapped.", "tegula keys backup"));
    }

    private void field(int i) {
        String field = i == 0 ? "patient.ssn" : "area" + i / 20 + ".a_field_with_a_rather_long_name_number_" + i;
        String table = i == 3 ? HOSTILE : "a_table_with_a_long_name_" + i / 20;
        EncryptedColumn column = new EncryptedColumn(
                FieldId.of(field),
                "public",
                table,
                "column_" + i,
                List.of("id"),
                false,
                Optional.empty(),
                dev.tegula.envelope.Mode.FIELD,
                ValueType.STRING,
                false,
                "");
        CountBasis basis = new CountBasis(
                i % 5 == 4 ? CountBasis.Kind.SAMPLE : i % 7 == 6 ? CountBasis.Kind.PAGES : CountBasis.Kind.SNAPSHOT,
                NOW.minusSeconds(900),
                NOW.minusSeconds(60),
                1_000_000,
                new TreeMap<>(),
                120,
                40);
        columns.add(new ColumnFacts(
                column,
                Optional.of(new ColumnFacts.Numbers(
                        518_752L * (i + 1),
                        i % 3 == 0 ? 8_407 : 0,
                        i == 2 ? 4 : 0,
                        i == 0 ? 3 : 0,
                        97L * i,
                        2,
                        120,
                        basis)),
                Optional.of(i % 4 != 1),
                Optional.of(FENCES.get(i % FENCES.size()))));
        key(
                i,
                field,
                KeyState.ACTIVE,
                i == 0 ? 400 : 20 + i % 300,
                i % 2 == 0 ? TenantId.none() : TenantId.of("acme " + i));
        key(1_000 + i, field, i % 3 == 0 ? KeyState.DECRYPT_ONLY : KeyState.RETIRED, 500, TenantId.none());
        groups.add(new KeyGroup(
                field,
                i % 6 == 5 ? Purpose.INDEX : Purpose.DATA,
                i % 2 == 0 ? 0 : 20,
                Map.of(
                        KeyState.ACTIVE,
                        i % 2 == 0 ? 1L : 20L,
                        KeyState.DECRYPT_ONLY,
                        i % 3 == 0 ? 1L : 0,
                        KeyState.RETIRED,
                        1L),
                new TreeSet<>(List.of("main", "ledger")),
                Optional.of(NOW.minus(Duration.ofDays(i == 0 ? 400 : 20 + i % 300))),
                i == 0 ? 1 : 0,
                i % 5 == 0 ? 1 : 0));
    }

    private void key(int number, String field, KeyState state, int days, TenantId tenant) {
        Instant made = NOW.minus(Duration.ofDays(days));
        KeyRow row = new KeyRow(
                id(number),
                Scope.data(FieldId.of(field), tenant),
                state == KeyState.ACTIVE ? 2 : 1,
                Suite.XAES_256_GCM,
                state,
                number,
                "vault",
                "main",
                Optional.of(WrappedKey.copyOf(new byte[40], "v9")),
                new KeyRow.Times(made, made, state == KeyState.RETIRED ? NOW : null, made),
                Seal.copyOf(new byte[32]));
        keys.add(new KeyFacts(
                row,
                518_752,
                true,
                number % 3 != 0,
                days > 365 && state == KeyState.ACTIVE ? Optional.of(Duration.ofDays(days - 365L)) : Optional.empty()));
    }

    private static KeyId id(int number) {
        return KeyId.copyOf(ByteBuffer.allocate(32).putInt(number).array());
    }

    private static List<KekFacts> keks() {
        return List.of(
                new KekFacts(
                        "main",
                        "vault",
                        "vault",
                        "tegula-main",
                        List.of("*"),
                        "NONE",
                        new TreeMap<>(Map.of("9", 412L, "8", 3L)),
                        415),
                new KekFacts(
                        "ledger",
                        "aws",
                        "aws",
                        "arn:aws:kms:eu-central-1:111122223333:key/0c1d2e3f-4a5b-6c7d-8e9f-0a1b2c3d4e5f",
                        List.of("account.*", "ledger.*"),
                        "TENANT",
                        new TreeMap<>(Map.of("branch keys", 9_585L)),
                        9_585));
    }

    private SecretFacts secrets() {
        List<Secret> list = IntStream.range(0, Math.min(500, fields * 4))
                .mapToObj(i -> new Secret(
                        new SecretName("app/prod/a-secret-with-a-name-of-some-length-" + i),
                        new SecretName("app/prod"),
                        1 + i % 9,
                        i == 3 ? Secret.State.DELETED : Secret.State.LIVE,
                        1,
                        i % 3 == 0 ? Optional.of(NOW.plus(Duration.ofDays(i - 1L))) : Optional.empty(),
                        "",
                        NOW.minus(Duration.ofDays(i))))
                .toList();
        return new SecretFacts(
                List.of(
                        new SecretFacts.Namespace("app/prod", "main", list.size()),
                        new SecretFacts.Namespace("old", "", 0)),
                new Excerpt<>(list, list.size()),
                List.of(),
                1,
                4);
    }

    private static TrailFacts trail() {
        String mac = "58e0b31a7f8cd1f3a0f3f7f5b2f5b1c6c0d0c9a1e5d46a6f0d3b1a2c4e6f8091";
        return new TrailFacts(
                new AuditReport(
                        List.of(
                                new AuditReport.Chain(0, 4_211, Optional.of(new AuditHead(0, 4_211, mac)), 4_000, 0),
                                new AuditReport.Chain(3, 90_113, Optional.empty(), 0, 0)),
                        List.of(new AuditFinding(
                                AuditFinding.Kind.EDITED,
                                3,
                                77,
                                "its mac does not verify: a column of it was changed")),
                        Optional.empty()),
                Map.of("tegula.key.create", 12L, "tegula.job.range", 2_210L, "invoice.approved", 90_113L),
                List.of(
                        new TrailFacts.Entry(
                                NOW.minusSeconds(60), 0, 4_211, "tegula.key.retire", HOSTILE, "patient.ssn"),
                        new TrailFacts.Entry(NOW.minusSeconds(90), 3, 90_113, "invoice.approved", "", "")));
    }

    private static List<Finding> checks() {
        return List.of(
                new Finding(State.OK, "clock", "3 ms ahead of this host", "", null),
                new Finding(State.NOTE, "retention", "tegula.keys.retention is not declared in full", "", null),
                new Finding(
                        State.FAILED,
                        "rights of clinic_app",
                        HOSTILE,
                        "REVOKE INSERT ON tegula_key FROM clinic_app",
                        null),
                new Finding(State.SKIPPED, "keys under spare", "needs KEK spare", "", null));
    }
}
