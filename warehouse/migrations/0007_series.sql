-- Editions of a publication, what a repeated quantity means, and verdicts on editions.
ALTER TABLE observation ADD COLUMN series VARCHAR;
ALTER TABLE observation ADD COLUMN repeats VARCHAR;
ALTER TABLE verdict ADD COLUMN restated BIGINT;
COMMENT ON COLUMN observation.series IS
'The publication that its source is an edition of; null for none';
COMMENT ON COLUMN observation.repeats IS
'Where its source gives a quantity again: row, a column may be missing; a breakdown, several members; null, said twice';
COMMENT ON COLUMN verdict.restated IS
'Quantities of which a later edition says something else';
