create table if not exists visit (id uuid primary key, name text, note bytea, day bytea, hidden bytea, ssn bytea,
    ssn_index bytea, sheet jsonb, phone bytea);
