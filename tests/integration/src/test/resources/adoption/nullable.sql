-- docs:begin existing-nullable
alter table owners alter column telephone drop not null;
-- docs:end existing-nullable
