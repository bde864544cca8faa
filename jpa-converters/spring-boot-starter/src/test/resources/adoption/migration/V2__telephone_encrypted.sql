-- docs:begin adopt-migration
alter table owners add telephone_encrypted bytea;

create function tegula_adopt_owners_telephone_encrypted() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
DECLARE pair bytea; size int;
BEGIN
  IF substring(NEW."telephone_encrypted" FROM 1 FOR 1) = '\x2b' THEN
    pair := NEW."telephone_encrypted";
    IF octet_length(pair) = 1 THEN
      NEW."telephone_encrypted" := NULL;
      NEW."telephone" := NULL;
    ELSE
      size := (get_byte(pair, 1) << 24) | (get_byte(pair, 2) << 16) | (get_byte(pair, 3) << 8) | get_byte(pair, 4);
      NEW."telephone_encrypted" := substring(pair FROM 6 FOR size);
      NEW."telephone" := convert_from(substring(pair FROM 6 + size), 'UTF8');
    END IF;
  ELSIF TG_OP = 'UPDATE' THEN
    IF CAST(NEW."telephone" AS text) COLLATE "C" IS DISTINCT FROM CAST(OLD."telephone" AS text)
      OR NEW."telephone" IS DISTINCT FROM OLD."telephone" THEN
      IF NEW."telephone_encrypted" IS NOT DISTINCT FROM OLD."telephone_encrypted"
        AND (NEW."telephone" IS NOT NULL OR current_setting('session_replication_role') <> 'replica') THEN
        NEW."telephone_encrypted" := NULL; END IF;
    END IF;
  END IF;
  RETURN NEW;
END
$$;

create trigger tegula_adopt_owners_telephone_encrypted before insert or update on owners
for each row when (current_setting('application_name') <> 'tegula-reencrypt')
execute function tegula_adopt_owners_telephone_encrypted();

alter table owners enable always trigger tegula_adopt_owners_telephone_encrypted;

alter table owners add constraint tegula_pair_telephone_encrypted
check (get_byte(telephone_encrypted, 0) < 32) not valid;
-- docs:end adopt-migration
