create table if not exists client (id uuid primary key, name text, ssn bytea, city bytea,
  ssn_index bytea unique check (length(ssn_index) = 32), city_index bytea check (length(city_index) = 32));
create index if not exists client_city on client (city_index);
