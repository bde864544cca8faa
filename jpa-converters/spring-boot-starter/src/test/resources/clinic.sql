create table if not exists patient (id uuid primary key, name text, ssn bytea, born bytea);
