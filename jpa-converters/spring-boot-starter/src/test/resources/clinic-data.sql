insert into patient (id, name, ssn, born) values ('00000000-0000-0000-0000-000000000001', 'Ada', '123-45-6789', '1970-01-31');
insert into patient (id, name, ssn, born) values ('00000000-0000-0000-0000-000000000002', 'Bob', '987-65-4321', null);
