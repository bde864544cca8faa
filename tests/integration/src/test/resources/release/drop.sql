-- docs:begin release-drop
drop trigger tegula_adopt_owners_telephone_encrypted on owners;
drop function tegula_adopt_owners_telephone_encrypted;
alter table owners drop column telephone_encrypted;
-- docs:end release-drop
