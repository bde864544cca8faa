create table owners (id bigint primary key, telephone varchar(20));
insert into owners select n, '0815-' || n from generate_series(1, 3) n;
