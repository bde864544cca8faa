-- docs:begin existing-drop
alter table owners drop column telephone;
-- docs:end existing-drop
