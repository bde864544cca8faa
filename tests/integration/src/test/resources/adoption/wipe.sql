-- docs:begin existing-wipe
vacuum full owners;
-- docs:end existing-wipe
