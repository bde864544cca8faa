-- The clinic's own migration. Encrypted columns are bytea, whatever they hold; the application has no right to change tables.
CREATE TABLE IF NOT EXISTS patient (
    id uuid NOT NULL PRIMARY KEY,
    version int4 NOT NULL,
    name text NOT NULL,
    ssn bytea,
    born bytea,
    notes bytea
);
GRANT SELECT, INSERT, UPDATE, DELETE ON patient TO clinic_app;
