-- Tegula's own tables, version 1. PostgreSQL 13 and later, CockroachDB. One statement per paragraph, each may run again.
-- The constraints refuse what the code must not be trusted with; the seals refuse what a writer of the database invents.

CREATE TABLE IF NOT EXISTS tegula_schema (
    version int8 NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tegula_schema_pk PRIMARY KEY (version)
);

-- One row for every data key. A tenant is 00, or 01 and a name: never NULL, or two keys could be ACTIVE at once.
CREATE TABLE IF NOT EXISTS tegula_key (
    key_id bytea NOT NULL,
    tenant bytea NOT NULL,
    field text NOT NULL,
    purpose text NOT NULL,
    version int8 NOT NULL,
    suite int8 NOT NULL,
    state text NOT NULL,
    rev int8 NOT NULL,
    provider text NOT NULL,
    kek_alias text NOT NULL,
    kek_version text NOT NULL,
    wrapped bytea,
    created_at timestamptz NOT NULL,
    activated_at timestamptz,
    retired_at timestamptz,
    exported_at timestamptz,
    seal bytea NOT NULL,
    CONSTRAINT tegula_key_pk PRIMARY KEY (key_id),
    CONSTRAINT tegula_key_version UNIQUE (tenant, field, purpose, version),
    CONSTRAINT tegula_key_rev UNIQUE (rev),
    CONSTRAINT tegula_key_id_size CHECK (length(key_id) = 32),
    CONSTRAINT tegula_key_tenant CHECK (
        (length(tenant) = 1 AND get_byte(tenant, 0) = 0)
        OR (length(tenant) BETWEEN 2 AND 201 AND get_byte(tenant, 0) = 1)),
    CONSTRAINT tegula_key_field CHECK (field ~ '^[a-z0-9_.]{1,100}$'),
    CONSTRAINT tegula_key_purpose CHECK (purpose IN ('DATA', 'INDEX', 'REGISTRY', 'BRANCH')),
    CONSTRAINT tegula_key_root CHECK (
        purpose <> 'REGISTRY' OR (field = 'tegula.registry' AND length(tenant) = 1)),
    CONSTRAINT tegula_key_numbers CHECK (version BETWEEN 1 AND 2147483647 AND rev >= 1),
    CONSTRAINT tegula_key_suite CHECK (suite = 1),
    CONSTRAINT tegula_key_state CHECK (state IN ('PENDING', 'ACTIVE', 'DECRYPT_ONLY', 'RETIRED', 'DESTROYED')),
    CONSTRAINT tegula_key_wrapped CHECK ((state = 'DESTROYED') = (wrapped IS NULL)),
    CONSTRAINT tegula_key_kek_version CHECK (state <> 'DESTROYED' OR kek_version = ''),
    CONSTRAINT tegula_key_activated CHECK (state <> 'ACTIVE' OR activated_at IS NOT NULL),
    CONSTRAINT tegula_key_retired CHECK (state NOT IN ('RETIRED', 'DESTROYED') OR retired_at IS NOT NULL),
    CONSTRAINT tegula_key_seal CHECK (length(seal) = 32),
    CONSTRAINT tegula_key_lengths CHECK (
        length(provider) <= 200 AND length(kek_alias) <= 200 AND length(kek_version) <= 2048
        AND (wrapped IS NULL OR length(wrapped) <= 8192))
);

CREATE UNIQUE INDEX IF NOT EXISTS tegula_key_active ON tegula_key (tenant, field, purpose) WHERE state = 'ACTIVE';

-- The catalogue: which columns hold envelopes of which field. Written by the application, read by the operations, sealed.
CREATE TABLE IF NOT EXISTS tegula_field (
    schema_name text NOT NULL,
    table_name text NOT NULL,
    column_name text NOT NULL,
    field text NOT NULL,
    key_columns text[] NOT NULL,
    per_tenant bool NOT NULL,
    tenant_column text,
    mode text NOT NULL,
    value_type text NOT NULL,
    seal_nulls bool NOT NULL,
    origin text NOT NULL,
    seal bytea NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tegula_field_pk PRIMARY KEY (schema_name, table_name, column_name),
    CONSTRAINT tegula_field_field CHECK (field ~ '^[a-z0-9_.]{1,100}$'),
    CONSTRAINT tegula_field_names CHECK (
        octet_length(schema_name) BETWEEN 1 AND 255 AND octet_length(table_name) BETWEEN 1 AND 255
        AND octet_length(column_name) BETWEEN 1 AND 255 AND octet_length(origin) <= 1000),
    CONSTRAINT tegula_field_keys CHECK (
        cardinality(key_columns) <= 32 AND array_length(key_columns, 2) IS NULL
        AND octet_length(array_to_string(key_columns, '')) <= 8160),
    CONSTRAINT tegula_field_key_names CHECK (
        CASE WHEN array_length(key_columns, 2) IS NULL THEN array_position(key_columns, NULL) IS NULL
        AND array_position(key_columns, '') IS NULL ELSE false END),
    CONSTRAINT tegula_field_tenant CHECK (
        tenant_column IS NULL OR (per_tenant AND octet_length(tenant_column) BETWEEN 1 AND 255)),
    CONSTRAINT tegula_field_mode CHECK (mode IN ('FIELD', 'ROW')),
    CONSTRAINT tegula_field_type CHECK (octet_length(value_type) BETWEEN 1 AND 32),
    CONSTRAINT tegula_field_seal CHECK (octet_length(seal) = 32)
);

-- Which columns hold blind indexes, and how each is computed. Written by the application, read by the operations, sealed.
CREATE TABLE IF NOT EXISTS tegula_index (
    schema_name text NOT NULL,
    table_name text NOT NULL,
    column_name text NOT NULL,
    next_column text,
    index_name text NOT NULL,
    bits int8 NOT NULL,
    per_tenant bool NOT NULL,
    part_fields text[] NOT NULL,
    part_columns text[] NOT NULL,
    normalizers text[] NOT NULL,
    normalizer_versions int8[] NOT NULL,
    unique_columns text[] NOT NULL,
    origin text NOT NULL,
    seal bytea NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tegula_index_pk PRIMARY KEY (schema_name, table_name, column_name),
    CONSTRAINT tegula_index_names CHECK (
        octet_length(schema_name) BETWEEN 1 AND 255 AND octet_length(table_name) BETWEEN 1 AND 255
        AND octet_length(column_name) BETWEEN 1 AND 255 AND octet_length(index_name) <= 100
        AND octet_length(origin) <= 1000 AND (next_column IS NULL OR octet_length(next_column) BETWEEN 1 AND 255)),
    CONSTRAINT tegula_index_bits CHECK (bits BETWEEN 1 AND 256),
    CONSTRAINT tegula_index_parts CHECK (
        cardinality(part_fields) BETWEEN 1 AND 32 AND cardinality(part_columns) = cardinality(part_fields)
        AND cardinality(normalizers) = cardinality(part_fields)
        AND cardinality(normalizer_versions) = cardinality(part_fields) AND cardinality(unique_columns) <= 32),
    CONSTRAINT tegula_index_sizes CHECK (
        octet_length(array_to_string(part_fields, '')) <= 3200
        AND octet_length(array_to_string(part_columns, '')) <= 8160
        AND octet_length(array_to_string(normalizers, '')) <= 3200
        AND octet_length(array_to_string(unique_columns, '')) <= 8160),
    CONSTRAINT tegula_index_seal CHECK (octet_length(seal) = 32)
);

-- A re-encryption job: one table, all its columns to move. fence rises when keys of its scopes change; from then on the
-- job is stale and writes no more.
CREATE TABLE IF NOT EXISTS tegula_job (
    id uuid NOT NULL,
    schema_name text NOT NULL,
    table_name text NOT NULL,
    key_columns text[] NOT NULL,
    state text NOT NULL,
    fence int8 NOT NULL DEFAULT 0,
    total int8 NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT tegula_job_pk PRIMARY KEY (id),
    CONSTRAINT tegula_job_state CHECK (state IN ('OPEN', 'PAUSED', 'DONE', 'PARTIAL', 'STALE', 'CANCELLED')),
    CONSTRAINT tegula_job_finished CHECK ((state = 'OPEN') = (finished_at IS NULL)),
    CONSTRAINT tegula_job_numbers CHECK (fence >= 0 AND total >= 0)
);

CREATE INDEX IF NOT EXISTS tegula_job_open ON tegula_job (schema_name, table_name) WHERE state = 'OPEN';

-- What a job moves: in which column, values of which scope, from which key to which.
CREATE TABLE IF NOT EXISTS tegula_job_key (
    job uuid NOT NULL,
    column_name text NOT NULL,
    tenant_column text,
    field text NOT NULL,
    tenant bytea NOT NULL,
    source bytea NOT NULL,
    target bytea NOT NULL,
    mode text NOT NULL DEFAULT 'FIELD',
    CONSTRAINT tegula_job_key_pk PRIMARY KEY (job, column_name, source),
    CONSTRAINT tegula_job_key_job FOREIGN KEY (job) REFERENCES tegula_job (id),
    CONSTRAINT tegula_job_key_ids CHECK (length(source) = 32 AND length(target) = 32 AND source <> target),
    CONSTRAINT tegula_job_key_mode CHECK (mode IN ('FIELD', 'ROW'))
);

-- The ranges of a job, in key order; lo is excluded, hi included, NULL is open-ended. cursor is the last key looked at
-- in the pass at hand, fence the number of takeovers, seen_at when its worker last wrote.
CREATE TABLE IF NOT EXISTS tegula_range (
    job uuid NOT NULL,
    idx int8 NOT NULL,
    lo text[],
    hi text[],
    "cursor" text[],
    fence int8 NOT NULL DEFAULT 0,
    attempt int8 NOT NULL DEFAULT 0,
    moved int8 NOT NULL DEFAULT 0,
    raced int8 NOT NULL DEFAULT 0,
    pass_moved int8 NOT NULL DEFAULT 0,
    pass_left int8 NOT NULL DEFAULT 0,
    worker text,
    seen_at timestamptz,
    done bool NOT NULL DEFAULT false,
    CONSTRAINT tegula_range_pk PRIMARY KEY (job, idx),
    CONSTRAINT tegula_range_job FOREIGN KEY (job) REFERENCES tegula_job (id),
    CONSTRAINT tegula_range_counts CHECK (
        idx >= 0 AND fence >= 0 AND attempt >= 0 AND moved >= 0 AND raced >= 0 AND pass_moved >= 0 AND pass_left >= 0)
);

-- Values that did not open, or whose row the table refused to change (then with the SQLSTATE, and the constraint or
-- trigger): where, under which key id, why, and a hash to see whether they changed. Never the value.
CREATE TABLE IF NOT EXISTS tegula_quarantine (
    schema_name text NOT NULL,
    table_name text NOT NULL,
    column_name text NOT NULL,
    row_key text NOT NULL,
    job uuid NOT NULL,
    key_id bytea NOT NULL,
    reason text NOT NULL,
    sqlstate text,
    constraint_name text,
    sha256 bytea NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tegula_quarantine_pk PRIMARY KEY (schema_name, table_name, column_name, row_key),
    CONSTRAINT tegula_quarantine_key_id CHECK (length(key_id) = 32),
    CONSTRAINT tegula_quarantine_sha256 CHECK (length(sha256) = 32)
);

-- Which keys a fence refuses that looks them up: the trigger of a column whose tenants have keys of their own. Its number stands in
-- the definition of the trigger; rows are only added.
CREATE TABLE IF NOT EXISTS tegula_refused (
    fence int8 NOT NULL,
    key_id bytea NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tegula_refused_pk PRIMARY KEY (fence, key_id),
    CONSTRAINT tegula_refused_key_id CHECK (length(key_id) = 32)
);

-- What the last census of a table counted (LAST), and one that was cut off and can go on (RUNNING). It is shown and never
-- believed: what retires and destroys keys counts anew. Sealed.
CREATE TABLE IF NOT EXISTS tegula_census (
    schema_name text NOT NULL,
    table_name text NOT NULL,
    part text NOT NULL,
    document text NOT NULL,
    seal bytea NOT NULL,
    CONSTRAINT tegula_census_pk PRIMARY KEY (schema_name, table_name, part),
    CONSTRAINT tegula_census_part CHECK (part IN ('LAST', 'RUNNING')),
    CONSTRAINT tegula_census_document CHECK (octet_length(document) <= 16777216),
    CONSTRAINT tegula_census_seal CHECK (length(seal) = 32)
);

-- Running instances and the highest rev they work by; the largest int8 says: ended in good order. roots: the key ids of the
-- registry roots that each trusts, one behind the other.
CREATE TABLE IF NOT EXISTS tegula_instance (
    id uuid NOT NULL,
    name text NOT NULL,
    epoch int8 NOT NULL,
    seen_at timestamptz NOT NULL,
    roots bytea,
    CONSTRAINT tegula_instance_pk PRIMARY KEY (id),
    CONSTRAINT tegula_instance_epoch CHECK (epoch >= 0),
    CONSTRAINT tegula_instance_name CHECK (length(name) <= 200),
    CONSTRAINT tegula_instance_roots CHECK (length(roots) IN (0, 32, 64))
);

-- For tables of an earlier build; changes nothing where the column is there.
ALTER TABLE tegula_instance ADD COLUMN IF NOT EXISTS roots bytea
    CONSTRAINT tegula_instance_roots CHECK (length(roots) IN (0, 32, 64));

-- Secrets: which version of each is current. Sealed; no value is here, and no row is ever deleted.
CREATE TABLE IF NOT EXISTS tegula_secret (
    name text NOT NULL,
    namespace text NOT NULL,
    current_version int8 NOT NULL,
    state text NOT NULL,
    rev int8 NOT NULL,
    expires_at timestamptz,
    note text NOT NULL,
    changed_at timestamptz NOT NULL,
    seal bytea NOT NULL,
    CONSTRAINT tegula_secret_pk PRIMARY KEY (name),
    CONSTRAINT tegula_secret_name CHECK (
        length(name) <= 255 AND name ~ '^[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)+$'),
    CONSTRAINT tegula_secret_namespace CHECK (
        length(namespace) BETWEEN 1 AND 200 AND left(name, length(namespace) + 1) = namespace || '/'),
    CONSTRAINT tegula_secret_numbers CHECK (current_version >= 1 AND rev >= current_version),
    CONSTRAINT tegula_secret_state CHECK (state IN ('LIVE', 'DELETED')),
    CONSTRAINT tegula_secret_note CHECK (octet_length(note) <= 500),
    CONSTRAINT tegula_secret_seal CHECK (length(seal) = 32)
);

-- Versions of secrets. The value is an envelope of mode ROW, bound to name and version; its field is tegula.secret, and its
-- tenant the namespace, so that everything that works on encrypted columns works on this one.
CREATE TABLE IF NOT EXISTS tegula_secret_version (
    name text NOT NULL,
    version int8 NOT NULL,
    namespace text NOT NULL,
    state text NOT NULL,
    value bytea,
    copied_from int8,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    destroyed_at timestamptz,
    destroyed_by text,
    seal bytea NOT NULL,
    CONSTRAINT tegula_secret_version_pk PRIMARY KEY (name, version),
    CONSTRAINT tegula_secret_version_secret FOREIGN KEY (name) REFERENCES tegula_secret (name),
    CONSTRAINT tegula_secret_version_namespace CHECK (
        length(namespace) BETWEEN 1 AND 200 AND left(name, length(namespace) + 1) = namespace || '/'),
    CONSTRAINT tegula_secret_version_numbers CHECK (version >= 1 AND copied_from >= 1 AND copied_from < version),
    CONSTRAINT tegula_secret_version_state CHECK (state IN ('HELD', 'DESTROYED')),
    CONSTRAINT tegula_secret_version_held CHECK ((state = 'HELD') = (value IS NOT NULL)),
    CONSTRAINT tegula_secret_version_destroyed CHECK (
        (state = 'DESTROYED') = (destroyed_at IS NOT NULL) AND (destroyed_at IS NULL) = (destroyed_by IS NULL)),
    CONSTRAINT tegula_secret_version_value CHECK (
        get_byte(value, 0) = 1 AND length(value) BETWEEN 75 AND 1048651),
    CONSTRAINT tegula_secret_version_people CHECK (
        octet_length(created_by) BETWEEN 1 AND 200 AND octet_length(destroyed_by) BETWEEN 1 AND 200),
    CONSTRAINT tegula_secret_version_seal CHECK (length(seal) = 32)
);

-- The audit trail: what happened, each entry with a MAC over itself and the one before it in its chain. Never a value. Its grammar is
-- checked by who writes and by who reads: a constraint for each column would take half the time of an insert.
CREATE TABLE IF NOT EXISTS tegula_audit (
    chain int8 NOT NULL,
    seq int8 NOT NULL,
    told_at timestamptz NOT NULL,
    login text NOT NULL,
    actor text NOT NULL,
    host text NOT NULL,
    action text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    tenant bytea NOT NULL,
    detail text NOT NULL,
    previous bytea NOT NULL,
    mac bytea NOT NULL,
    CONSTRAINT tegula_audit_pk PRIMARY KEY (chain, seq),
    CONSTRAINT tegula_audit_place CHECK (chain BETWEEN 0 AND 16 AND seq >= 1)
);

-- Where each chain of the audit trail ends: 0 for commands, 1 to 16 for applications. Who adds an entry locks one. `room` only takes
-- room: each head lies on a page of its own, so that writers of different chains do not meet, and is looked up by its key.
CREATE TABLE IF NOT EXISTS tegula_audit_head (
    chain int8 NOT NULL,
    seq int8 NOT NULL DEFAULT 0,
    mac bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
    seal bytea,
    room text NOT NULL DEFAULT repeat('.', 480),
    CONSTRAINT tegula_audit_head_pk PRIMARY KEY (chain),
    CONSTRAINT tegula_audit_head_place CHECK (chain BETWEEN 0 AND 16 AND seq >= 0),
    CONSTRAINT tegula_audit_head_macs CHECK (length(mac) = 32 AND (seal IS NULL OR length(seal) = 32))
) WITH (fillfactor = 10);

INSERT INTO tegula_audit_head (chain) SELECT generate_series(0, 16) ON CONFLICT (chain) DO NOTHING;

INSERT INTO tegula_schema (version) VALUES (1) ON CONFLICT (version) DO NOTHING;
