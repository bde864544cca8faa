-- Entries of the audit trail are only added: whoever wants to change or remove one, the owner too, must first take these triggers away, which
-- `tegula doctor` and `tegula audit verify` say. PostgreSQL alone; on CockroachDB leave this part out.

CREATE OR REPLACE FUNCTION tegula_append_only() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$tegula$BEGIN RAISE EXCEPTION 'Entries of tegula_audit are only added: % is refused', TG_OP USING ERRCODE = '55000'; END$tegula$;

DO $tegula$ BEGIN
    DROP TRIGGER IF EXISTS tegula_audit_append_only ON tegula_audit;
    DROP TRIGGER IF EXISTS tegula_audit_never_emptied ON tegula_audit;
    CREATE TRIGGER tegula_audit_append_only BEFORE UPDATE OR DELETE ON tegula_audit
        FOR EACH ROW EXECUTE FUNCTION tegula_append_only();
    CREATE TRIGGER tegula_audit_never_emptied BEFORE TRUNCATE ON tegula_audit
        FOR EACH STATEMENT EXECUTE FUNCTION tegula_append_only();
    ALTER TABLE tegula_audit ENABLE ALWAYS TRIGGER tegula_audit_append_only;
    ALTER TABLE tegula_audit ENABLE ALWAYS TRIGGER tegula_audit_never_emptied;
END $tegula$;
