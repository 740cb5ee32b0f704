-- What a figure was computed from by its author.
ALTER TABLE observation ADD COLUMN computed_from VARCHAR;
COMMENT ON COLUMN observation.computed_from IS
'The figures that its author computed it from, by their observation_id, parted by blanks; null where nothing says so';
