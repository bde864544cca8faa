package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.column;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges over keys of odd types and values, with rows that come below the first bound and above the last meanwhile. */
@Tag("long")
final class SharedRangesKeysTest extends RotationLab {

    private static final Scope BODY = scope("odd.body");

    /** Type of the key; keys that are there when it is planned; keys that come after, at both ends and between. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int8|0,-1,5,9223372036854775807,17,3|-9223372036854775808,4,1",
                "int2|0|-32768,32767",
                "int4||-1,0,1",
                "numeric|0,0.5,1e100,NaN|-1e100,0.25,Infinity",
                "float8|0,NaN,Infinity,1e-300|-Infinity,-0.5,1e300",
                "text|a,B,ä,Z,zz|,~~,A,b",
                "text COLLATE \"C\"|a,B,ä,Z,zz|,~~,A,b",
                "text COLLATE odd|a,B,ä,Z,zz|,~~,c,ß",
                "varchar(4)|a,B,ä|,zzzz",
                "char(4)|a,b,c|,zzzz",
                "bytea|\\x00,\\xff,\\x41,\\x5c|\\x,\\xffff,\\x4100",
                "uuid|00000000-0000-0000-0000-000000000000,7fffffff-0000-0000-0000-000000000000"
                        + "|ffffffff-ffff-ffff-ffff-ffffffffffff,00000000-0000-0000-0000-000000000001",
                "timestamptz|2026-10-25 02:30+02,2026-10-25 02:30+01,epoch,infinity|-infinity,2026-10-25 02:15+01",
                "date|2026-01-02,infinity|-infinity,0044-03-15 BC",
                "interval|1 day,24:00:01,-1 mon|-178000000 years,-1 mon +1 day,1 year",
                "mood|glad,sad|angry",
                "bool|true|false",
                "int4range|\"[1,5)\",\"empty\"|\"(,)\",\"[-5,1)\"",
                "inet|10.0.0.1,::1|0.0.0.0/0,ffff::/16",
                "text[]|\"{a}\",\"{NULL}\",\"{}\"|\"{a,b}\",\"{\"\"\"\"}\"",
            })
    void ranges_ofAnyKey_moveEachValueOnce(String type, String before, String after) throws Exception {
        lab.sql(
                "CREATE COLLATION odd (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "CREATE TYPE mood AS ENUM ('angry', 'sad', 'glad')",
                "CREATE TABLE odd (id " + type + " PRIMARY KEY, body bytea)");
        int rows = insert(type, before);
        KeyId old = lab.activeKey(BODY);
        byte[] straggler = lab.field("odd.body").encrypt("late", Context.noTenant());
        KeyId fresh = lab.nextKey(BODY).keyId();
        SharedReencryption shared = rotation(
                        List.of(column("odd.body", "odd", "body", "id")),
                        SweepSettings.standard().withBatchRows(1))
                .shared();
        Job job =
                shared.plan(RotationRequest.of("odd.body"), 10, sentence -> {}).get(0);
        rows += insert(type, after, straggler);

        for (int idx = job.ranges() - 1; idx >= 0; idx--) {
            assertThat(shared.run(job.id(), idx, new RunControl()).outcome()).isEqualTo(JobOutcome.DONE);
        }
        JobReport report = shared.finish(job.id(), new RunControl());

        assertThat(report.outcome()).as(type).isEqualTo(JobOutcome.DONE);
        assertThat(report.moved()).isEqualTo(rows);
        assertThat(lab.under(old, "odd", "body")).isZero();
        assertThat(lab.under(fresh, "odd", "body")).isEqualTo(rows);
    }

    private int insert(String type, String keys) throws Exception {
        return insert(type, keys, lab.field("odd.body").encrypt("early", Context.noTenant()));
    }

    private int insert(String type, String keys, byte[] body) throws Exception {
        if (keys == null) {
            return 0;
        }
        String[] all = keys.startsWith("\"") ? quoted(keys) : keys.split(",", -1);
        for (String key : all) {
            lab.update(
                    "INSERT INTO odd VALUES (CAST(CAST(? AS text) AS " + type.replaceFirst(" COLLATE.*", "") + "), ?)",
                    key,
                    body);
        }
        return all.length;
    }

    private static String[] quoted(String keys) {
        return keys.substring(1, keys.length() - 1).replace("\"\"", "\u0001").split("\",\"", -1);
    }
}
