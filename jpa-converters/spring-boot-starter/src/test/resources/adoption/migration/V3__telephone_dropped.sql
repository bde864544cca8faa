-- docs:begin adopt-dropped
alter table owners drop column telephone;
drop trigger tegula_adopt_owners_telephone_encrypted on owners;
drop function tegula_adopt_owners_telephone_encrypted;
alter table owners drop constraint tegula_pair_telephone_encrypted;
-- docs:end adopt-dropped
