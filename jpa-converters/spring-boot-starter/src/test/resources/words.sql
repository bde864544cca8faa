create table if not exists guest (id uuid primary key, city text, name bytea, name_words bytea[], name_index bytea);
create index if not exists guest_words on guest using gin (name_words);
