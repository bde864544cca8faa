-- The clinic's own table. Encrypted columns are bytea, whatever they hold. The CHECKs refuse what is no envelope;
-- `tegula schema checks` prints them.
CREATE TABLE patient (
    id uuid NOT NULL PRIMARY KEY,
    version int4 NOT NULL,
    name text NOT NULL,
    ssn bytea NOT NULL CHECK (get_byte(ssn, 0) = 1 AND length(ssn) >= 75),
    ssn_index bytea NOT NULL CONSTRAINT patient_ssn_once UNIQUE CHECK (length(ssn_index) = 32),
    born bytea CHECK (get_byte(born, 0) = 1 AND length(born) >= 75),
    notes bytea CHECK (get_byte(notes, 0) = 1 AND length(notes) >= 75)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON patient TO ${application};
