-- docs:begin release-add
alter table owners add telephone text;
-- docs:end release-add
