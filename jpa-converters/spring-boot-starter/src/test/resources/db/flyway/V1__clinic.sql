create table patient (id uuid primary key, name text, ssn bytea, born bytea);
