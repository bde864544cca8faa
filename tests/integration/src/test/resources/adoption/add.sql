-- docs:begin existing-add
alter table owners add telephone_encrypted bytea;
-- docs:end existing-add
